using System.Collections.Immutable;
using System.Globalization;

namespace Workflow.Training.LightGbm.Export;

/// <summary>The lines of one tree: reads and checks them. LightGBM itself ends the process when it reads a damaged tree.</summary>
internal sealed class LightGbmTreeText
{
    private static readonly ImmutableArray<string> Keys =
    [
        "num_leaves", "num_cat", "split_feature", "split_gain", "threshold", "decision_type", "left_child", "right_child",
        "leaf_value", "leaf_weight", "leaf_count", "internal_value", "internal_weight", "internal_count", "cat_boundaries",
        "cat_threshold", "is_linear", "leaf_const", "num_features", "leaf_features", "leaf_coeff", "shrinkage",
    ];

    private delegate bool TryRead<T>(ReadOnlySpan<char> text, out T value);

    private readonly int _index;
    private readonly int _features;
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <summary>Takes the lines behind <c>Tree=</c>.</summary>
    /// <param name="index">The number of the tree, for messages.</param>
    /// <param name="features">The number of features of the model.</param>
    /// <param name="lines">The lines up to the next blank one.</param>
    public LightGbmTreeText(int index, int features, IEnumerable<string> lines)
    {
        (_index, _features) = (index, features);
        foreach (var line in lines)
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            var key = equals < 0 ? line : line[..equals];
            if (equals < 0 || !Keys.Contains(key))
            {
                throw Damage(key, "the key is not known, so its meaning cannot be kept");
            }

            if (!_values.TryAdd(key, line[(equals + 1)..]))
            {
                throw Damage(key, "the key occurs twice");
            }
        }
    }

    public LightGbmTree Read()
    {
        var leaves = Scalar("num_leaves", 1, int.MaxValue);
        var sets = Scalar("num_cat", 0, int.MaxValue);
        var splits = leaves - 1;
        CheckStatistics(leaves, splits);
        var tree = new LightGbmTree
        {
            Leaves = leaves,
            SplitFeature = Integers("split_feature", splits, 0, _features - 1),
            Threshold = Reals("threshold", splits, isInfinityAllowed: true),
            DecisionType = Integers("decision_type", splits, 0, 11),
            LeftChild = Integers("left_child", splits, -leaves, splits - 1),
            RightChild = Integers("right_child", splits, -leaves, splits - 1),
            LeafValue = Reals("leaf_value", leaves),
            CategoryBoundaries = sets == 0 ? [] : Integers("cat_boundaries", sets + 1L, 0, int.MaxValue),
            CategoryBits = sets == 0 ? [] : Numbers<uint>("cat_threshold", null, LightGbmNumbers.TryUInt32),
            IsLinear = Scalar("is_linear", 0, 1, absent: 0) == 1,
        };
        CheckStructure(tree);
        CheckCategories(tree, sets);
        CheckLinear(tree);
        return tree;
    }

    private void CheckStatistics(int leaves, int splits)
    {
        foreach (var key in (ReadOnlySpan<string>)["split_gain", "internal_value", "internal_weight", "internal_count"])
        {
            _ = Numbers<double>(key, splits, LightGbmNumbers.TryDouble, optional: true);
        }

        foreach (var key in (ReadOnlySpan<string>)["leaf_weight", "leaf_count"])
        {
            // Of a tree with one leaf, LightGBM drops them when it saves a loaded model.
            if (leaves > 1 || Text(key, optional: true).Length > 0)
            {
                _ = Numbers<double>(key, leaves, LightGbmNumbers.TryDouble, optional: true);
            }
        }

        _ = Numbers<double>("shrinkage", 1, LightGbmNumbers.TryDouble);
    }

    private void CheckStructure(LightGbmTree tree)
    {
        var splits = tree.Leaves - 1;
        var isSplitSeen = new bool[splits];
        var isLeafSeen = new bool[tree.Leaves];
        var pending = new Stack<int>();
        if (splits > 0)
        {
            isSplitSeen[0] = true;
            pending.Push(0);
        }

        // As many references as there are splits and leaves but the root: when none comes twice, every one is reached.
        while (pending.TryPop(out var split))
        {
            foreach (var (key, child) in (ReadOnlySpan<(string, int)>)[("left_child", tree.LeftChild[split]), ("right_child", tree.RightChild[split])])
            {
                ref var isSeen = ref child >= 0 ? ref isSplitSeen[child] : ref isLeafSeen[~child];
                if (isSeen)
                {
                    throw Damage(key, $"split {split} leads to {child}, which another split leads to already: this is no tree");
                }

                isSeen = true;
                if (child >= 0)
                {
                    pending.Push(child);
                }
            }
        }

        if (splits > 0 && (isSplitSeen.AsSpan().Contains(false) || isLeafSeen.AsSpan().Contains(false)))
        {
            throw Damage("left_child", "some splits or leaves cannot be reached from the root");
        }
    }

    private void CheckCategories(LightGbmTree tree, int sets)
    {
        if (sets > 0 && tree.CategoryBoundaries[0] != 0)
        {
            throw Damage("cat_boundaries", $"it starts with {tree.CategoryBoundaries[0]}, expected 0");
        }

        for (var set = 0; set < sets; set++)
        {
            if (tree.CategoryBoundaries[set + 1] < tree.CategoryBoundaries[set])
            {
                throw Damage("cat_boundaries", $"{tree.CategoryBoundaries[set + 1]} follows {tree.CategoryBoundaries[set]}, expected an ascending list");
            }
        }

        if (sets > 0 && tree.CategoryBoundaries[^1] != tree.CategoryBits.Length)
        {
            throw Damage("cat_threshold", $"it has {tree.CategoryBits.Length} words, expected the {tree.CategoryBoundaries[^1]} of cat_boundaries");
        }

        for (var split = 0; split < tree.Leaves - 1; split++)
        {
            if (tree.DecisionType[split] >> 2 == 3)
            {
                throw Damage("decision_type", $"split {split} has {tree.DecisionType[split]}, whose missing type is not known");
            }

            var set = tree.Threshold[split];
            if (tree.IsCategorical(split) && (set < 0 || set >= sets || set != Math.Floor(set)))
            {
                throw Damage("threshold", $"split {split} takes the category set {set.ToString(CultureInfo.InvariantCulture)} of {sets}");
            }
        }
    }

    private void CheckLinear(LightGbmTree tree)
    {
        if (!tree.IsLinear)
        {
            return;
        }

        _ = Reals("leaf_const", tree.Leaves);
        var counts = Integers("num_features", tree.Leaves, 0, _features);
        var total = counts.Sum(static count => (long)count);
        _ = Integers("leaf_features", total, 0, _features - 1);
        _ = Reals("leaf_coeff", total);
    }

    private int Scalar(string key, int minimum, int maximum, int? absent = null) =>
        absent is { } value && !_values.ContainsKey(key) ? value : Integers(key, 1, minimum, maximum)[0];

    private ImmutableArray<int> Integers(string key, long count, int minimum, int maximum)
    {
        var values = Numbers<int>(key, count, LightGbmNumbers.TryInt32);
        foreach (var value in values)
        {
            if (value < minimum || value > maximum)
            {
                throw Damage(key, $"{value} is not within {minimum} and {maximum}");
            }
        }

        return values;
    }

    // LightGBM writes an infinite threshold where a split only tells missing values from all others.
    private ImmutableArray<double> Reals(string key, long count, bool isInfinityAllowed = false)
    {
        var values = Numbers<double>(key, count, LightGbmNumbers.TryDouble);
        foreach (var value in values)
        {
            if (double.IsNaN(value) || (double.IsInfinity(value) && !isInfinityAllowed))
            {
                throw Damage(key, $"{value.ToString(CultureInfo.InvariantCulture)} is no value for it");
            }
        }

        return values;
    }

    private ImmutableArray<T> Numbers<T>(string key, long? count, TryRead<T> read, bool optional = false)
    {
        if (optional && !_values.ContainsKey(key))
        {
            return [];
        }

        var text = Text(key, optional: false).AsSpan();
        var numbers = ImmutableArray.CreateBuilder<T>();
        foreach (var range in text.Split(' '))
        {
            var word = text[range];
            if (word.IsEmpty)
            {
                continue;
            }

            if (!read(word, out var number))
            {
                throw Damage(key, $"'{(word.Length > 40 ? word[..40] : word)}' at position {numbers.Count} is no number of the right kind");
            }

            numbers.Add(number);
        }

        return count is null || numbers.Count == count
            ? numbers.ToImmutable()
            : throw Damage(key, $"it has {numbers.Count} numbers, expected {count}");
    }

    private string Text(string key, bool optional) =>
        _values.TryGetValue(key, out var text) ? text : optional ? "" : throw Damage(key, "the key is missing");

    private InvalidDataException Damage(string key, string reason) =>
        new($"The LightGBM model text is not readable: tree {_index}, key '{(key.Length > 40 ? key[..40] : key)}': {reason}. Use an undamaged text that LightGBM 4 wrote.");
}
