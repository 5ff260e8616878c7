using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Workflow.Training.LightGbm.Text;

/// <summary>Reads one tree after the other: every array has its length, every reference its range, and the nodes form a tree.</summary>
/// <param name="text">The whole text.</param>
/// <param name="features">The number of features.</param>
internal sealed class TreeReader(string text, int features)
{
    private const int MaxLeaves = 131_072;

    // More lines than these LightGBM does not read of a tree.
    private static readonly FrozenSet<string> Keys = FrozenSet.Create(
        StringComparer.Ordinal,
        "num_leaves", "num_cat", "split_feature", "split_gain", "threshold", "decision_type", "left_child", "right_child",
        "leaf_value", "leaf_weight", "leaf_count", "internal_value", "internal_weight", "internal_count", "cat_boundaries",
        "cat_threshold", "is_linear", "leaf_const", "num_features", "leaf_features", "leaf_coeff", "shrinkage");

    private readonly KeyedLines _tree = new(text, Keys);

    /// <summary>Reads a tree.</summary>
    /// <param name="lines">Before the tree's first line; then at its last.</param>
    /// <param name="number">The number of the tree.</param>
    /// <param name="size">Its characters. Trees follow one another without gaps: LightGBM cuts the text by these sizes for its threads.</param>
    /// <exception cref="InvalidDataException">Says which line and key is wrong.</exception>
    public Tree Read(ref TextLines lines, int number, int size)
    {
        Collect(ref lines, number, size);
        var leaves = NumberLines.Integer(_tree, "num_leaves", 1, MaxLeaves);
        var splits = leaves - 1;
        var sets = NumberLines.Integer(_tree, "num_cat", 0, splits);
        CheckStatistics(leaves);
        var bounds = sets == 0 ? [] : ReadBounds(sets);
        var tree = new Tree
        {
            SplitFeature = Immutable(NumberLines.Integers(_tree, "split_feature", splits, 0, features - 1)),
            Threshold = Immutable(NumberLines.Limits(_tree, "threshold", splits)), // Infinite where a split only tells missing values from all others.
            DecisionType = Immutable(NumberLines.Integers(_tree, "decision_type", splits, 0, 11)), // From 12, the missing type is not known.
            LeftChild = Immutable(NumberLines.Integers(_tree, "left_child", splits, -leaves, splits - 1)),
            RightChild = Immutable(NumberLines.Integers(_tree, "right_child", splits, -leaves, splits - 1)),
            LeafValue = Immutable(NumberLines.Reals(_tree, "leaf_value", leaves)),
            CategoryBoundaries = Immutable(bounds),
            CategoryBits = sets == 0 ? [] : Immutable(NumberLines.Bits(_tree, "cat_threshold", bounds[sets])),
            IsLinear = _tree.Has("is_linear") && NumberLines.Integer(_tree, "is_linear", 0, 1) == 1,
        };
        TreeShape.Check(_tree, tree);
        CheckSets(tree, sets);
        if (tree.IsLinear)
        {
            CheckLinear(leaves);
        }

        return tree;
    }

    private static ImmutableArray<T> Immutable<T>(T[] values) => ImmutableCollectionsMarshal.AsImmutableArray(values);

    private void Collect(ref TextLines lines, int number, int size)
    {
        var start = lines.Position;
        if (size > text.Length - start)
        {
            throw Unreadable.At(lines.Number, $"tree {number} has {size} characters according to tree_sizes, but {text.Length - start} are left: the text is cut or its tree_sizes are damaged");
        }

        if (!Ascii.IsValid(text.AsSpan(start, size)))
        {
            throw Unreadable.At(lines.Number + 1, $"tree {number} has characters other than ASCII"); // Sizes are bytes.
        }

        if (!lines.Next() || !lines.Line.SequenceEqual($"Tree={number.ToString(CultureInfo.InvariantCulture)}"))
        {
            throw Unreadable.At(lines.Number, $"expected 'Tree={number}' where tree_sizes says that it starts, found '{Unreadable.Show(lines.Line)}'");
        }

        _tree.Begin(lines.Number, number);
        while (lines.Peek(out var line) && !line.IsEmpty)
        {
            lines.Next();
            _tree.Add(ref lines);
        }

        // LightGBM stops reading a tree at its first blank line.
        var content = lines.Position;
        lines.SkipBlank(start + size);
        if (lines.Position != start + size || content == lines.Position)
        {
            throw Unreadable.At(lines.Number, $"tree {number} ends after {lines.Position - start} characters, but tree_sizes says {size}");
        }
    }

    // LightGBM stores them, and counts rows with them for contributions.
    private void CheckStatistics(int leaves)
    {
        var splits = leaves - 1;
        NumberLines.Reals(_tree, "internal_value", splits);
        NumberLines.Reals(_tree, "internal_weight", splits);
        NumberLines.Reals(_tree, "internal_count", splits);
        NumberLines.Limits(_tree, "split_gain", splits);
        foreach (var key in (ReadOnlySpan<string>)["leaf_weight", "leaf_count"])
        {
            // Of a tree with one leaf, LightGBM drops them when it saves a loaded model.
            if (leaves > 1 || !_tree.Value(key).IsEmpty)
            {
                NumberLines.Reals(_tree, key, leaves);
            }
        }

        NumberLines.Reals(_tree, "shrinkage", 1);
    }

    private int[] ReadBounds(int sets)
    {
        var bounds = NumberLines.Integers(_tree, "cat_boundaries", sets + 1L, 0, int.MaxValue);
        for (var i = 0; i < sets; i++)
        {
            if (bounds[0] != 0 || bounds[i] >= bounds[i + 1])
            {
                throw _tree.Fault("cat_boundaries", "its numbers do not rise from 0");
            }
        }

        return bounds;
    }

    private void CheckSets(Tree tree, int sets)
    {
        for (var split = 0; split < tree.Leaves - 1; split++)
        {
            var set = tree.Threshold[split];
            if (tree.IsCategorical(split) && !(set >= 0 && set < sets && set == Math.Truncate(set)))
            {
                throw _tree.Fault("threshold", $"split {split} takes category set {set.ToString(CultureInfo.InvariantCulture)} of {sets}");
            }
        }
    }

    private void CheckLinear(int leaves)
    {
        NumberLines.NormalReals(_tree, "leaf_const", leaves);
        var total = NumberLines.Integers(_tree, "num_features", leaves, 0, features).Sum(static count => (long)count);
        NumberLines.Integers(_tree, "leaf_features", total, 0, features - 1);
        NumberLines.NormalReals(_tree, "leaf_coeff", total);
    }
}
