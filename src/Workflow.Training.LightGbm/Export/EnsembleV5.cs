using Workflow.Onnx;

namespace Workflow.Training.LightGbm.Export;

/// <summary>Writes trees as the operator <c>TreeEnsemble</c> of ai.onnx.ml 5: 64-bit sums in LightGBM's own order, bit for bit.</summary>
internal static class EnsembleV5
{
    private const byte LessOrEqual = 0;

    /// <summary>Makes the operator.</summary>
    /// <param name="model">The model.</param>
    /// <param name="trees">Its trees; none may share nodes, which the operator would copy.</param>
    /// <param name="input">The name of the matrix of columns, 64-bit.</param>
    /// <param name="output">The name of the sums, 64-bit, one column per score.</param>
    public static OnnxNode Build(LightGbmText model, IReadOnlyList<DecisionTree> trees, string input, string output)
    {
        var nodes = new List<DecisionNode>();
        var (roots, leafWeights, leafTargets) = (new List<long>(), new List<double>(), new List<long>());
        for (var i = 0; i < trees.Count; i++)
        {
            roots.Add(nodes.Count);
            nodes.AddRange(trees[i].Nodes.Select(node => node with { True = Shift(node.True, roots[^1], leafWeights.Count), False = Shift(node.False, roots[^1], leafWeights.Count) }));
            leafWeights.AddRange(model.Trees[i].LeafValue);
            leafTargets.AddRange(Enumerable.Repeat((long)(i % model.TreesPerIteration), model.Trees[i].Leaves));
        }

        var operation = new OnnxNode { Name = "trees", OpType = "TreeEnsemble", Domain = "ai.onnx.ml" };
        operation.Inputs.Add(input);
        operation.Outputs.Add(output);
        operation.Attributes.AddRange([
            OnnxAttribute.Of("aggregate_function", 1),
            OnnxAttribute.Of("leaf_targetids", leafTargets),
            OnnxAttribute.Of("leaf_weights", OnnxTensor.FromValues<double>([leafWeights.Count], leafWeights.ToArray())),
            OnnxAttribute.Of("n_targets", model.TreesPerIteration),
            OnnxAttribute.Of("nodes_falseleafs", nodes.Select(static node => node.False < 0 ? 1L : 0)),
            OnnxAttribute.Of("nodes_falsenodeids", nodes.Select(static node => Id(node.False))),
            OnnxAttribute.Of("nodes_featureids", nodes.Select(static node => (long)node.Column)),
            OnnxAttribute.Of("nodes_missing_value_tracks_true", nodes.Select(static node => node.IsMissingTrue ? 1L : 0)),
            OnnxAttribute.Of("nodes_modes", OnnxTensor.FromValues<byte>([nodes.Count], Enumerable.Repeat(LessOrEqual, nodes.Count).ToArray())),
            OnnxAttribute.Of("nodes_splits", OnnxTensor.FromValues<double>([nodes.Count], nodes.Select(static node => node.Threshold).ToArray())),
            OnnxAttribute.Of("nodes_trueleafs", nodes.Select(static node => node.True < 0 ? 1L : 0)),
            OnnxAttribute.Of("nodes_truenodeids", nodes.Select(static node => Id(node.True))),
            OnnxAttribute.Of("post_transform", 0),
            OnnxAttribute.Of("tree_roots", roots),
        ]);
        return operation;
    }

    private static int Shift(int child, long firstNode, int firstLeaf) => child >= 0 ? child + (int)firstNode : ~(~child + firstLeaf);

    private static long Id(int child) => child >= 0 ? child : ~child;
}
