using Workflow.Onnx;

namespace Workflow.Training.LightGbm.Export;

/// <summary>Collects trees as the parallel lists of the operator <c>TreeEnsemble</c> (ai.onnx.ml 5). Not thread-safe; one export each.</summary>
/// <remarks>
/// Thresholds, leaves and sums are 64-bit, as LightGBM's own are: decisions are equal for every 64-bit (so for every 32-bit)
/// value, and sums are taken in the same order.
/// </remarks>
internal sealed class EnsembleNodes(EnsembleColumns columns)
{
    private const byte LessOrEqual = 0;
    private const byte Member = 6;

    private readonly List<long> _roots = [];
    private readonly List<long> _features = [];
    private readonly List<byte> _modes = [];
    private readonly List<double> _splits = [];
    private readonly List<long> _missingTrue = [];
    private readonly List<long> _trueIds = [];
    private readonly List<long> _falseIds = [];
    private readonly List<long> _trueLeafs = [];
    private readonly List<long> _falseLeafs = [];
    private readonly List<double> _members = [];
    private readonly List<double> _leafWeights = [];
    private readonly List<long> _leafTargets = [];

    /// <summary>Appends a tree.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="target">The score that its leaves add to.</param>
    public void Add(LightGbmTree tree, int target)
    {
        _roots.Add(_modes.Count);
        var firstLeaf = _leafWeights.Count;
        _leafWeights.AddRange(tree.LeafValue);
        _leafTargets.AddRange(Enumerable.Repeat((long)target, tree.Leaves));

        // Splits that only ever go right vanish; a tree without splits becomes one whose sides are the same leaf.
        var root = Resolve(tree, 0);
        if (root < 0)
        {
            AddNode(0, LessOrEqual, 0, isMissingTrue: false);
            SetChildren(_modes.Count - 1, (firstLeaf + ~root, true), (firstLeaf + ~root, true));
            return;
        }

        // Parents first, so that a child's place is known when it is reached.
        var order = new List<int> { root };
        var place = new Dictionary<int, int> { [root] = _modes.Count };
        for (var i = 0; i < order.Count; i++)
        {
            foreach (var child in (ReadOnlySpan<int>)[Resolve(tree, tree.LeftChild[order[i]]), Resolve(tree, tree.RightChild[order[i]])])
            {
                if (child >= 0)
                {
                    place[child] = _modes.Count + order.Count;
                    order.Add(child);
                }
            }
        }

        foreach (var split in order)
        {
            AddSplit(tree, split);
            SetChildren(_modes.Count - 1, Locate(Resolve(tree, tree.LeftChild[split])), Locate(Resolve(tree, tree.RightChild[split])));
        }

        (long Id, bool IsLeaf) Locate(int child) => child >= 0 ? (place[child], false) : (firstLeaf + ~child, true);
    }

    /// <summary>Makes the operator.</summary>
    /// <param name="input">The name of the matrix of columns, 64-bit.</param>
    /// <param name="output">The name of the sums, 64-bit, one column per target.</param>
    /// <param name="targets">The number of targets.</param>
    public OnnxNode ToNode(string input, string output, int targets)
    {
        var node = new OnnxNode { Name = "trees", OpType = "TreeEnsemble", Domain = "ai.onnx.ml" };
        node.Inputs.Add(input);
        node.Outputs.Add(output);
        node.Attributes.AddRange([
            OnnxAttribute.Of("aggregate_function", 1),
            OnnxAttribute.Of("leaf_targetids", _leafTargets),
            OnnxAttribute.Of("leaf_weights", Tensor<double>(_leafWeights)),
            OnnxAttribute.Of("n_targets", targets),
            OnnxAttribute.Of("nodes_falseleafs", _falseLeafs),
            OnnxAttribute.Of("nodes_falsenodeids", _falseIds),
            OnnxAttribute.Of("nodes_featureids", _features),
            OnnxAttribute.Of("nodes_missing_value_tracks_true", _missingTrue),
            OnnxAttribute.Of("nodes_modes", Tensor<byte>(_modes)),
            OnnxAttribute.Of("nodes_splits", Tensor<double>(_splits)),
            OnnxAttribute.Of("nodes_trueleafs", _trueLeafs),
            OnnxAttribute.Of("nodes_truenodeids", _trueIds),
            OnnxAttribute.Of("post_transform", 0),
            OnnxAttribute.Of("tree_roots", _roots),
        ]);
        if (_members.Count > 0)
        {
            node.Attributes.Add(OnnxAttribute.Of("membership_values", Tensor<double>(_members)));
        }

        return node;
    }

    /// <summary>Gets the 64-bit threshold that makes a plain comparison decide as LightGBM, which scores tiny values as 0.</summary>
    internal static double ExactThreshold(double threshold) => threshold switch
    {
        >= -LightGbmTree.ZeroLimit and < 0 => double.BitDecrement(-LightGbmTree.ZeroLimit),
        >= 0 and <= LightGbmTree.ZeroLimit => LightGbmTree.ZeroLimit,
        _ => threshold,
    };

    private void AddSplit(LightGbmTree tree, int split)
    {
        var column = columns.ColumnOf(tree, split);
        if (tree.IsCategorical(split))
        {
            // NaN belongs to no set, so it goes right, as do negative, infinite and unknown categories.
            AddNode(column, Member, 0, isMissingTrue: false);
            _members.AddRange(tree.LeftCategories(split).Select(static category => (double)category));
            _members.Add(double.NaN);
            return;
        }

        var threshold = tree.Threshold[split];
        switch (tree.Missing(split))
        {
            case LightGbmMissing.None:
                AddNode(column, LessOrEqual, ExactThreshold(threshold), isMissingTrue: threshold >= 0);
                break;
            case LightGbmMissing.Zero:
                AddNode(column, LessOrEqual, threshold, tree.IsDefaultLeft(split));
                break;
            default:
                AddNode(column, LessOrEqual, ExactThreshold(threshold), tree.IsDefaultLeft(split));
                break;
        }
    }

    private void AddNode(int column, byte mode, double split, bool isMissingTrue)
    {
        _features.Add(column);
        _modes.Add(mode);
        _splits.Add(split);
        _missingTrue.Add(isMissingTrue ? 1 : 0);
        _trueIds.Add(0);
        _falseIds.Add(0);
        _trueLeafs.Add(0);
        _falseLeafs.Add(0);
    }

    private void SetChildren(int node, (long Id, bool IsLeaf) left, (long Id, bool IsLeaf) right)
    {
        (_trueIds[node], _trueLeafs[node]) = (left.Id, left.IsLeaf ? 1 : 0);
        (_falseIds[node], _falseLeafs[node]) = (right.Id, right.IsLeaf ? 1 : 0);
    }

    // Follows splits that no category sends left.
    private static int Resolve(LightGbmTree tree, int child)
    {
        if (tree.Leaves == 1)
        {
            return ~0;
        }

        while (child >= 0 && tree.IsCategorical(child) && !tree.LeftCategories(child).Any())
        {
            child = tree.RightChild[child];
        }

        return child;
    }

    private static OnnxTensor Tensor<T>(List<T> values)
        where T : unmanaged =>
        OnnxTensor.FromValues<T>([values.Count], System.Runtime.InteropServices.CollectionsMarshal.AsSpan(values));
}
