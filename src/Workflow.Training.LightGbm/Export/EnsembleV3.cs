using Workflow.Onnx;

namespace Workflow.Training.LightGbm.Export;

/// <summary>Writes trees that share nodes as the operator <c>TreeEnsembleRegressor</c> of ai.onnx.ml 3.</summary>
/// <remarks>
/// The operator compares in 64 bits but answers in 32. So each leaf is split into <see cref="Parts"/> addends on grids so coarse
/// that every sum of one part is a 32-bit float without rounding; the parts are added in 64 bits behind the operator. The sum is
/// the exact one to 2⁻⁷⁰ of its bound, rounded once: LightGBM's own, which rounds at every tree, differs from it by a few units in
/// the last place.
/// </remarks>
internal static class EnsembleV3
{
    /// <summary>How many addends a leaf is split into.</summary>
    public const int Parts = 3;

    private const int FloatBits = 24;

    /// <summary>Makes the operator.</summary>
    /// <param name="model">The model.</param>
    /// <param name="trees">Its trees.</param>
    /// <param name="input">The name of the matrix of columns, 64-bit.</param>
    /// <param name="output">The name of the parts, 32-bit: <see cref="Parts"/> columns per score, the scores of one part beside one another.</param>
    public static OnnxNode Build(LightGbmText model, IReadOnlyList<DecisionTree> trees, string input, string output)
    {
        var (treeIds, nodeIds, columns, trueIds, falseIds, missing) = (new List<long>(), new List<long>(), new List<long>(), new List<long>(), new List<long>(), new List<long>());
        var (modes, thresholds) = (new List<string>(), new List<double>());
        var (targetTrees, targetNodes, targets, weights) = (new List<long>(), new List<long>(), new List<long>(), new List<double>());
        var grids = Grids(model);
        for (var i = 0; i < trees.Count; i++)
        {
            var nodes = trees[i].Nodes;
            for (var n = 0; n < nodes.Count; n++)
            {
                AddNode(i, n, "BRANCH_LEQ", nodes[n] with { True = Place(nodes[n].True, nodes.Count), False = Place(nodes[n].False, nodes.Count) });
            }

            var values = model.Trees[i].LeafValue;
            for (var leaf = 0; leaf < values.Length + trees[i].DeadLeaves; leaf++)
            {
                AddNode(i, nodes.Count + leaf, "LEAF", default);
                AddWeights(i, nodes.Count + leaf, leaf < values.Length ? values[leaf] : 0);
            }
        }

        var operation = new OnnxNode { Name = "trees", OpType = "TreeEnsembleRegressor", Domain = "ai.onnx.ml" };
        operation.Inputs.Add(input);
        operation.Outputs.Add(output);
        operation.Attributes.AddRange([
            OnnxAttribute.Of("aggregate_function", "SUM"),
            OnnxAttribute.Of("n_targets", Parts * model.TreesPerIteration),
            OnnxAttribute.Of("nodes_falsenodeids", falseIds),
            OnnxAttribute.Of("nodes_featureids", columns),
            OnnxAttribute.Of("nodes_missing_value_tracks_true", missing),
            OnnxAttribute.Of("nodes_modes", modes),
            OnnxAttribute.Of("nodes_nodeids", nodeIds),
            OnnxAttribute.Of("nodes_treeids", treeIds),
            OnnxAttribute.Of("nodes_truenodeids", trueIds),
            OnnxAttribute.Of("nodes_values_as_tensor", OnnxTensor.FromValues<double>([thresholds.Count], thresholds.ToArray())),
            OnnxAttribute.Of("post_transform", "NONE"),
            OnnxAttribute.Of("target_ids", targets),
            OnnxAttribute.Of("target_nodeids", targetNodes),
            OnnxAttribute.Of("target_treeids", targetTrees),
            OnnxAttribute.Of("target_weights_as_tensor", OnnxTensor.FromValues<double>([weights.Count], weights.ToArray())),
        ]);
        return operation;

        void AddNode(int tree, int id, string mode, DecisionNode node)
        {
            treeIds.Add(tree);
            nodeIds.Add(id);
            columns.Add(node.Column);
            trueIds.Add(node.True);
            falseIds.Add(node.False);
            missing.Add(node.IsMissingTrue ? 1 : 0);
            modes.Add(mode);
            thresholds.Add(node.Threshold);
        }

        void AddWeights(int tree, int id, double value)
        {
            for (var part = 0; part < Parts; part++)
            {
                // Exact: a grid is a power of two, and what is left is smaller than what was.
                var share = part == Parts - 1 ? value : Math.Round(value / grids[part]) * grids[part];
                value -= share;
                targetTrees.Add(tree);
                targetNodes.Add(id);
                targets.Add((part * model.TreesPerIteration) + (tree % model.TreesPerIteration));
                weights.Add(share);
            }
        }
    }

    // Sums of the first part are multiples of the first grid below 2^24 of it; what a leaf leaves to the next part is half a grid.
    private static double[] Grids(LightGbmText model)
    {
        var bound = model.Trees.Sum(static tree => tree.LeafValue.Max(Math.Abs));
        var grids = new double[Parts - 1];
        for (var part = 0; part < grids.Length; part++)
        {
            grids[part] = bound > 0 ? Math.ScaleB(1, Math.Max(Math.ILogB(bound) + 2 - FloatBits, -149)) : 1;
            bound = model.Trees.Length * grids[part] / 2;
        }

        return grids;
    }

    private static int Place(int child, int firstLeaf) => child >= 0 ? child : firstLeaf + ~child;
}
