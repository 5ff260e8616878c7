using System.Globalization;
using System.Text;

namespace Workflow.Training.LightGbm.Text;

/// <summary>Checks one tree of a model text: every array has its length, every reference its range, and the nodes form a tree.</summary>
internal static class TreeTextReader
{
    private const int MaxLeaves = 131_072;

    /// <summary>Checks the text of a tree.</summary>
    /// <param name="text">From <c>Tree=</c> to before the next tree.</param>
    /// <param name="number">The tree's number.</param>
    /// <param name="features">The number of features.</param>
    /// <exception cref="InvalidDataException">Says what is wrong.</exception>
    public static void Check(ReadOnlySpan<char> text, int number, int features)
    {
        if (!Ascii.IsValid(text))
        {
            throw new InvalidDataException("it has characters other than ASCII."); // Sizes are bytes.
        }

        var tree = Fields(text, number);
        var leaves = Count(tree, "num_leaves", 1, MaxLeaves);
        var splits = leaves - 1;
        var sets = Count(tree, "num_cat", 0, splits);
        Numbers(tree, "leaf_value", leaves);
        Counts(tree, "leaf_weight", leaves);
        Counts(tree, "leaf_count", leaves);
        Counts(tree, "internal_value", splits);
        Counts(tree, "internal_weight", splits);
        Counts(tree, "internal_count", splits);
        Counts(tree, "split_gain", splits);
        Integers(tree, "split_feature", splits, 0, features - 1);
        var threshold = Numbers(tree, "threshold", splits);
        var decision = Integers(tree, "decision_type", splits, 0, 15);
        CheckShape(Integers(tree, "left_child", splits, -leaves, splits - 1), Integers(tree, "right_child", splits, -leaves, splits - 1), leaves);
        CheckSets(tree, sets, threshold, decision);
        if (Count(tree, "is_linear", 0, 1) == 1)
        {
            CheckLinear(tree, leaves, features);
        }

        if (!tree.TryGetValue("shrinkage", out var shrinkage) || !double.TryParse(shrinkage, NumberStyles.Float, CultureInfo.InvariantCulture, out var rate) || !double.IsFinite(rate))
        {
            throw new InvalidDataException($"shrinkage is '{shrinkage}', expected a finite number.");
        }
    }

    private static Dictionary<string, string> Fields(ReadOnlySpan<char> text, int number)
    {
        var lines = new TextLines(text);
        if (!lines.Next() || !lines.Line.SequenceEqual($"Tree={number.ToString(CultureInfo.InvariantCulture)}"))
        {
            throw new InvalidDataException($"it does not start with 'Tree={number}'; tree_sizes and trees do not fit.");
        }

        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        // LightGBM stops reading a tree at its first blank line.
        while (lines.Next() && !lines.Line.IsEmpty)
        {
            var line = lines.Line;
            var equals = line.IndexOf('=');
            if (equals <= 0 || !fields.TryAdd(line[..equals].ToString(), line[(equals + 1)..].ToString()))
            {
                throw new InvalidDataException($"it has the unexpected or repeated line '{(line.Length > 60 ? line[..60] : line)}'.");
            }
        }

        return text.EndsWith("\n\n") && text[lines.Position..].Trim('\n').IsEmpty
            ? fields
            : throw new InvalidDataException("it does not end with its first blank line.");
    }

    // Every node but the root, and every leaf, has exactly one parent, and all are reached from the root.
    private static void CheckShape(int[] left, int[] right, int leaves)
    {
        var splits = left.Length;
        var seenNodes = new bool[splits];
        var seenLeaves = new bool[leaves];
        var open = new Stack<int>();
        var reached = 0;
        if (splits > 0)
        {
            seenNodes[0] = true;
            open.Push(0);
        }

        while (open.TryPop(out var node))
        {
            reached++;
            Visit(left[node]);
            Visit(right[node]);
        }

        if (reached != splits || (splits > 0 && seenLeaves.Contains(false)))
        {
            throw new InvalidDataException("not all nodes and leaves are reached from the root.");
        }

        void Visit(int child)
        {
            ref var seen = ref child >= 0 ? ref seenNodes[child] : ref seenLeaves[~child];
            if (seen)
            {
                throw new InvalidDataException(child >= 0 ? $"node {child} has two parents." : $"leaf {~child} has two parents.");
            }

            seen = true;
            if (child >= 0)
            {
                open.Push(child);
            }
        }
    }

    private static void CheckSets(Dictionary<string, string> tree, int sets, double[] threshold, int[] decision)
    {
        for (var i = 0; i < threshold.Length; i++)
        {
            var isSet = (decision[i] & 1) != 0;
            if (isSet && !(threshold[i] >= 0 && threshold[i] < sets && threshold[i] == Math.Truncate(threshold[i])))
            {
                throw new InvalidDataException($"node {i} uses category set {threshold[i].ToString(CultureInfo.InvariantCulture)} of {sets}.");
            }
        }

        if (sets == 0)
        {
            return;
        }

        var bounds = Integers(tree, "cat_boundaries", sets + 1, 0, int.MaxValue);
        for (var i = 0; i < sets; i++)
        {
            if (bounds[0] != 0 || bounds[i] >= bounds[i + 1])
            {
                throw new InvalidDataException("cat_boundaries do not rise from 0.");
            }
        }

        Integers(tree, "cat_threshold", bounds[sets], 0, uint.MaxValue);
    }

    private static void CheckLinear(Dictionary<string, string> tree, int leaves, int features)
    {
        RequireNormal("leaf_const", Numbers(tree, "leaf_const", leaves));
        var counts = Integers(tree, "num_features", leaves, 0, features);
        var total = counts.Sum(c => (long)c);
        Integers(tree, "leaf_features", (int)Math.Min(total, int.MaxValue), 0, features - 1);
        RequireNormal("leaf_coeff", Numbers(tree, "leaf_coeff", (int)Math.Min(total, int.MaxValue)));
    }

    // LightGBM reads these with std::stod, which throws on subnormal numbers, on a thread where nobody catches.
    private static void RequireNormal(string key, double[] numbers)
    {
        if (Array.FindIndex(numbers, double.IsSubnormal) is >= 0 and var at)
        {
            throw new InvalidDataException($"{key} {at} is {numbers[at].ToString(CultureInfo.InvariantCulture)}, too small a number.");
        }
    }

    private static int Count(Dictionary<string, string> tree, string key, int least, int greatest) => Integers(tree, key, 1, least, greatest)[0];

    private static void Counts(Dictionary<string, string> tree, string key, int length)
    {
        // LightGBM wants the line of every array; only a one-leaf tree that was saved again has empty ones.
        if (length != 1 || !tree.TryGetValue(key, out var value) || value.Length > 0)
        {
            Numbers(tree, key, length);
        }
    }

    private static bool Underflows(ReadOnlySpan<char> token)
    {
        var exponent = token.IndexOfAny('e', 'E');
        return (exponent < 0 ? token : token[..exponent]).ContainsAnyInRange('1', '9');
    }

    private static int[] Integers(Dictionary<string, string> tree, string key, int length, long least, long greatest)
    {
        var tokens = Tokens(tree, key, length);
        var numbers = new int[tokens.Length];
        for (var i = 0; i < tokens.Length; i++)
        {
            var token = tokens[i];
            if (!long.TryParse(token, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) || number < least || number > greatest)
            {
                throw new InvalidDataException($"{key} {i} is '{token}', expected a whole number from {least} to {greatest}.");
            }

            numbers[i] = unchecked((int)number);
        }

        return numbers;
    }

    private static double[] Numbers(Dictionary<string, string> tree, string key, int length)
    {
        var tokens = Tokens(tree, key, length);
        var numbers = new double[tokens.Length];
        for (var i = 0; i < tokens.Length; i++)
        {
            if (tokens[i] is "inf" or "-inf" && key is "threshold" or "split_gain")
            {
                numbers[i] = tokens[i][0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
            }
            else if (!double.TryParse(tokens[i], NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out numbers[i])
                || !double.IsFinite(numbers[i]) || (numbers[i] == 0 && Underflows(tokens[i])))
            {
                throw new InvalidDataException($"{key} {i} is '{tokens[i]}', expected a number.");
            }
        }

        return numbers;
    }

    private static string[] Tokens(Dictionary<string, string> tree, string key, int length)
    {
        if (!tree.TryGetValue(key, out var value))
        {
            throw new InvalidDataException($"it has no line '{key}='.");
        }

        var tokens = value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return tokens.Length == length ? tokens : throw new InvalidDataException($"{key} has {tokens.Length} values, expected {length}.");
    }
}
