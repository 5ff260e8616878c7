using System.Globalization;
using System.Text;
using Workflow.Numerics.Random;

namespace Workflow.Training.LightGbm.Tests.Export;

/// <summary>A random model with the awkward over-represented, its text in LightGBM's format, and the oracle: LightGBM's rules, word by word.</summary>
internal sealed class RandomModel
{
    private const double Kz = 1e-35f;

    private static readonly double[] AwkwardValues =
    [
        0, -0.0, Kz, -Kz, Math.BitIncrement(Kz), Math.BitIncrement(-Kz), Math.BitDecrement(Kz), Math.BitDecrement(-Kz), 1e-36, -1e-36,
        double.Epsilon, -double.Epsilon, 1, -1, 0.1, 0.5, -0.5, 1e300, -1e300, 16777216, 16777217, 0.1f, 3.4028234663852886e38,
    ];

    private readonly List<Split[]> _trees = [];
    private readonly List<double[]> _leaves = [];
    private Philox _random;

    public RandomModel(long seed, ulong index)
    {
        _random = new Philox(seed, "models", index);
        Features = 1 + _random.NextInt32(6);
        Objective = Pick("regression", "regression sqrt", "poisson", "binary sigmoid:1", "binary sigmoid:0.7", "multiclass num_class:3", "multiclassova num_class:3 sigmoid:1.5", "cross_entropy", "cross_entropy_lambda", "lambdarank");
        Classes = Objective.Contains("num_class", StringComparison.Ordinal) ? 3 : 1;
        IsAveraged = _random.NextInt32(8) == 0;
        var iterations = 1 + _random.NextInt32(4);
        for (var tree = 0; tree < iterations * Classes; tree++)
        {
            AddTree(1 + _random.NextInt32(12));
        }
    }

    public int Features { get; }

    public int Classes { get; }

    public string Objective { get; }

    public bool IsAveraged { get; }

    public string ToText()
    {
        var trees = _trees.Select((tree, i) => TreeText(i, tree, _leaves[i])).ToList();
        return string.Join('\n',
            "tree", "version=v4", $"num_class={Classes}", $"num_tree_per_iteration={Classes}", "label_index=0",
            $"max_feature_idx={Features - 1}", $"objective={Objective}" + (IsAveraged ? "\naverage_output" : ""),
            "feature_names=" + string.Join(' ', Enumerable.Range(0, Features).Select(static i => $"Column_{i}")),
            "feature_infos=" + string.Join(' ', Enumerable.Repeat("[-1:1]", Features)),
            "tree_sizes=" + string.Join(' ', trees.Select(static tree => tree.Length)), "", string.Concat(trees) + "end of trees", "");
    }

    /// <summary>Rows with a feature on, beside and between what the splits compare with.</summary>
    public double[][] Rows()
    {
        var rows = new List<double[]>();
        foreach (var split in _trees.SelectMany(static tree => tree))
        {
            double[] values = split.Categories is { } categories
                ? [.. categories.Take(3).SelectMany(static c => new[] { c, c + 0.5, c - 0.5, c + 1.0, c - 1.0 }), -0.5, -1, 2147483648.0, 4294967296.0, double.NegativeInfinity]
                : [split.Threshold, Math.BitIncrement(split.Threshold), Math.BitDecrement(split.Threshold), (float)split.Threshold, MathF.BitIncrement((float)split.Threshold), MathF.BitDecrement((float)split.Threshold)];
            foreach (var value in values.Append(double.NaN).Append(double.PositiveInfinity))
            {
                double[] row = [.. Enumerable.Range(0, Features).Select(_ => AnyValue())];
                row[split.Feature] = value;
                rows.Add(row);
            }
        }

        rows.Add([.. Enumerable.Repeat(double.NaN, Features)]);
        rows.Add(new double[Features]);
        return [.. rows];
    }

    public double[] Sums(double[] row)
    {
        var sums = new double[Classes];
        for (var tree = 0; tree < _trees.Count; tree++)
        {
            sums[tree % Classes] += Leaf(tree, row);
        }

        return sums;
    }

    public double[] Scores(double[] row)
    {
        double[] sums = [.. Sums(row).Select(sum => IsAveraged ? sum / (_trees.Count / Classes) : sum)];
        var words = Objective.Split(' ', ':');
        switch (words[0])
        {
            case "regression" when words.Length > 1:
                return [Math.Sign(sums[0]) * sums[0] * sums[0]];
            case "poisson":
                return [Math.Exp(sums[0])];
            case "binary" or "multiclassova":
                var k = double.Parse(words[^1], CultureInfo.InvariantCulture);
                return [.. sums.Select(sum => 1 / (1 + Math.Exp(-k * sum)))];
            case "cross_entropy":
                return [1 / (1 + Math.Exp(-sums[0]))];
            case "cross_entropy_lambda":
                return [Math.Log(1 + Math.Exp(sums[0]))];
            case "multiclass":
                var powers = sums.Select(sum => Math.Exp(sum - sums.Max())).ToList();
                return [.. powers.Select(power => power / powers.Sum())];
            default:
                return sums;
        }
    }

    private double Leaf(int tree, double[] row)
    {
        var splits = _trees[tree];
        if (splits.Length == 0)
        {
            return _leaves[tree][0];
        }

        var node = 0;
        while (node >= 0)
        {
            var split = splits[node];
            var value = Math.Abs(row[split.Feature]) <= Kz ? 0 : row[split.Feature];
            bool isLeft;
            if (split.Categories is { } categories)
            {
                isLeft = !double.IsNaN(value) && value > -1 && value < 2147483648.0 && categories.Contains((int)Math.Truncate(value));
            }
            else
            {
                value = double.IsNaN(value) && split.Missing != 2 ? 0 : value;
                isLeft = (split.Missing == 1 && Math.Abs(value) <= Kz) || (split.Missing == 2 && double.IsNaN(value))
                    ? split.IsDefaultLeft
                    : value <= split.Threshold;
            }

            node = isLeft ? split.Left : split.Right;
        }

        return _leaves[tree][~node];
    }

    // Grows as LightGBM does: a leaf becomes a split whose left side keeps the leaf's number.
    private void AddTree(int leaves)
    {
        var splits = new List<Split>();
        var parents = new List<(int Split, bool IsLeft)> { (-1, false) };
        for (var leaf = 1; leaf < leaves; leaf++)
        {
            var grown = _random.NextInt32(leaf);
            var (parent, isLeft) = parents[grown];
            if (parent >= 0)
            {
                splits[parent] = isLeft ? splits[parent] with { Left = splits.Count } : splits[parent] with { Right = splits.Count };
            }

            parents[grown] = (splits.Count, true);
            parents.Add((splits.Count, false));
            splits.Add(AnySplit() with { Left = ~grown, Right = ~leaf });
        }

        _trees.Add([.. splits]);
        _leaves.Add([.. Enumerable.Range(0, leaves).Select(_ => (_random.NextDouble() - 0.5) * 2)]);
    }

    private Split AnySplit()
    {
        var feature = _random.NextInt32(Features);
        if (_random.NextInt32(3) > 0)
        {
            var threshold = _random.NextInt32(12) == 0 ? Pick(double.PositiveInfinity, 1e-40, -1e-40) : AnyValue();
            return new Split(feature, double.IsNaN(threshold) ? 0 : threshold, _random.NextInt32(3), _random.NextInt32(2) == 0, null, 0, 0);
        }

        var limit = Pick(3, 12, 40, 1000, 100_000);
        HashSet<int> categories = [.. Enumerable.Range(0, _random.NextInt32(20)).Select(_ => _random.NextInt32(limit))];
        return new Split(feature, 0, _random.NextInt32(3), false, [.. categories.Order()], 0, 0);
    }

    private double AnyValue() => _random.NextInt32(3) switch
    {
        0 => AwkwardValues[_random.NextInt32(AwkwardValues.Length)],
        1 => _random.NextInt32(45) - 3,
        _ => _random.NextInt32(10) == 0 ? double.NaN : (_random.NextDouble() - 0.5) * 10,
    };

    private T Pick<T>(params ReadOnlySpan<T> values) => values[_random.NextInt32(values.Length)];

    private static string TreeText(int index, Split[] splits, double[] leaves)
    {
        var (boundaries, words) = (new List<int> { 0 }, new List<uint>());
        var thresholds = new List<string>();
        foreach (var split in splits)
        {
            if (split.Categories is { } categories)
            {
                thresholds.Add((boundaries.Count - 1).ToString(CultureInfo.InvariantCulture));
                var bits = new uint[(categories.Length > 0 ? categories[^1] / 32 : 0) + 1];
                foreach (var category in categories)
                {
                    bits[category / 32] |= 1u << (category % 32);
                }

                words.AddRange(bits);
                boundaries.Add(words.Count);
            }
            else
            {
                thresholds.Add(double.IsInfinity(split.Threshold) ? "inf" : split.Threshold.ToString("G17", CultureInfo.InvariantCulture));
            }
        }

        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Tree={index}\nnum_leaves={leaves.Length}\nnum_cat={boundaries.Count - 1}\n");
        Line("split_feature", splits.Select(static split => split.Feature));
        Line("split_gain", splits.Select(static _ => 1));
        text.Append("threshold=").AppendJoin(' ', thresholds).Append('\n');
        Line("decision_type", splits.Select(static split => (split.Categories is null ? 0 : 1) + (split.IsDefaultLeft ? 2 : 0) + (split.Missing * 4)));
        Line("left_child", splits.Select(static split => split.Left));
        Line("right_child", splits.Select(static split => split.Right));
        text.Append("leaf_value=").AppendJoin(' ', leaves.Select(static leaf => leaf.ToString("G17", CultureInfo.InvariantCulture))).Append('\n');
        Line("leaf_weight", leaves.Select(static _ => 1));
        Line("leaf_count", leaves.Select(static _ => 1));
        Line("internal_value", splits.Select(static _ => 0));
        Line("internal_weight", splits.Select(static _ => 1));
        Line("internal_count", splits.Select(static _ => 1));
        if (boundaries.Count > 1)
        {
            Line("cat_boundaries", boundaries);
            text.Append("cat_threshold=").AppendJoin(' ', words).Append('\n');
        }

        return text.Append("is_linear=0\nshrinkage=1\n\n\n").ToString();

        void Line(string key, IEnumerable<int> values) => text.Append(key).Append('=').AppendJoin(' ', values).Append('\n');
    }

    private sealed record Split(int Feature, double Threshold, int Missing, bool IsDefaultLeft, int[]? Categories, int Left, int Right);
}
