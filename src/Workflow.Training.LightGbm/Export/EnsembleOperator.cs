using Workflow.Onnx;

namespace Workflow.Training.LightGbm.Export;

/// <summary>Writes trees as the operator <c>TreeEnsemble</c> of ai.onnx.ml 5: 64-bit comparisons and sums in tree order, as LightGBM's own.</summary>
internal static class EnsembleOperator
{
    private const byte LessOrEqual = 0;
    private const byte Member = 6;

    /// <summary>Makes the operator.</summary>
    /// <param name="trees">The trees.</param>
    /// <param name="targets">The number of sums.</param>
    /// <param name="input">The name of the matrix of columns, 64-bit.</param>
    /// <param name="output">The name of the sums, 64-bit, one column each.</param>
    public static OnnxNode Build(IReadOnlyList<EnsembleTree> trees, int targets, string input, string output)
    {
        var nodes = new List<DecisionNode>();
        var (roots, leaves, leafTargets) = (new List<long>(), new List<double>(), new List<long>());
        foreach (var tree in trees)
        {
            var (firstNode, firstLeaf) = (nodes.Count, leaves.Count);
            roots.Add(firstNode);
            nodes.AddRange(tree.Nodes.Select(node => node with { True = Shift(node.True, firstNode, firstLeaf), False = Shift(node.False, firstNode, firstLeaf) }));
            leaves.AddRange(tree.Leaves);
            leafTargets.AddRange(Enumerable.Repeat((long)tree.Target, tree.Leaves.Count));
        }

        var operation = new OnnxNode { Name = output, OpType = "TreeEnsemble", Domain = "ai.onnx.ml" };
        operation.Inputs.Add(input);
        operation.Outputs.Add(output);
        operation.Attributes.AddRange([
            OnnxAttribute.Of("aggregate_function", 1),
            OnnxAttribute.Of("leaf_targetids", leafTargets),
            OnnxAttribute.Of("leaf_weights", Tensor(leaves)),
            OnnxAttribute.Of("n_targets", targets),
            OnnxAttribute.Of("nodes_falseleafs", nodes.Select(static node => node.False < 0 ? 1L : 0)),
            OnnxAttribute.Of("nodes_falsenodeids", nodes.Select(static node => Id(node.False))),
            OnnxAttribute.Of("nodes_featureids", nodes.Select(static node => (long)node.Column)),
            OnnxAttribute.Of("nodes_missing_value_tracks_true", nodes.Select(static node => node.IsMissingTrue ? 1L : 0)),
            OnnxAttribute.Of("nodes_modes", Tensor(nodes.Select(static node => node.Members is null ? LessOrEqual : Member))),
            OnnxAttribute.Of("nodes_splits", Tensor(nodes.Select(static node => node.Threshold))),
            OnnxAttribute.Of("nodes_trueleafs", nodes.Select(static node => node.True < 0 ? 1L : 0)),
            OnnxAttribute.Of("nodes_truenodeids", nodes.Select(static node => Id(node.True))),
            OnnxAttribute.Of("post_transform", 0),
            OnnxAttribute.Of("tree_roots", roots),
        ]);
        if (nodes.Exists(static node => node.Members is not null))
        {
            // Sets follow one another in the order of their nodes, a NaN behind each.
            operation.Attributes.Add(OnnxAttribute.Of("membership_values", Tensor(nodes.Where(static node => node.Members is not null).SelectMany(static node => node.Members!.Append(double.NaN)))));
        }

        return operation;
    }

    private static int Shift(int child, int firstNode, int firstLeaf) => child >= 0 ? child + firstNode : ~(~child + firstLeaf);

    private static long Id(int child) => child >= 0 ? child : ~child;

    private static OnnxTensor Tensor<T>(IEnumerable<T> values)
        where T : unmanaged
    {
        T[] array = [.. values];
        return OnnxTensor.FromValues<T>([array.Length], array);
    }
}
