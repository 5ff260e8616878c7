using Workflow.Training.LightGbm.Text;

namespace Workflow.Training.LightGbm.Export;

/// <summary>A tree as ONNX computes it.</summary>
/// <param name="Nodes">The nodes, the root first, each the child of one other at most. A lone leaf is a node whose sides are that leaf.</param>
/// <param name="Leaves">The values of the leaves.</param>
/// <param name="Target">The sum that the leaves add to.</param>
internal sealed record EnsembleTree(IReadOnlyList<DecisionNode> Nodes, IReadOnlyList<double> Leaves, int Target)
{
    /// <summary>Translates a tree of LightGBM into one that decides equally for every 64-bit value.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="columns">Where its features are.</param>
    /// <param name="target">The sum that it adds to.</param>
    public static EnsembleTree Of(Tree tree, EnsembleColumns columns, int target)
    {
        var nodes = new List<DecisionNode>();
        var root = tree.Leaves == 1 ? ~0 : Resolve(tree, 0);
        if (root < 0)
        {
            nodes.Add(new DecisionNode(0, 0, IsMissingTrue: false, root, root));
            return new EnsembleTree(nodes, tree.LeafValue, target);
        }

        // Parents first, so that a child's place is known; no recursion, a foreign tree may be deep.
        var order = new List<int> { root };
        for (var place = 0; place < order.Count; place++)
        {
            var split = order[place];
            var left = Enlist(Resolve(tree, tree.LeftChild[split]));
            var right = Enlist(Resolve(tree, tree.RightChild[split]));
            nodes.Add(NodeOf(tree, split, columns) with { True = left, False = right });
        }

        return new EnsembleTree(nodes, tree.LeafValue, target);

        int Enlist(int child)
        {
            if (child < 0)
            {
                return child;
            }

            order.Add(child);
            return order.Count - 1;
        }
    }

    /// <summary>Gets the 64-bit threshold that makes a plain comparison decide as LightGBM, which scores tiny values as 0.</summary>
    internal static double ExactThreshold(double threshold) => threshold switch
    {
        >= -Tree.ZeroLimit and < 0 => double.BitDecrement(-Tree.ZeroLimit),
        >= 0 and <= Tree.ZeroLimit => Tree.ZeroLimit,
        _ => threshold,
    };

    private static DecisionNode NodeOf(Tree tree, int split, EnsembleColumns columns)
    {
        var column = columns.ColumnOf(tree, split);
        if (tree.IsCategorical(split))
        {
            return new DecisionNode(column, 0, IsMissingTrue: false, True: 0, False: 0) { Members = columns.MembersOf(tree, split) };
        }

        var threshold = tree.Threshold[split];
        return tree.Missing(split) switch
        {
            // NaN is scored as 0, whatever the default side.
            MissingValues.None => new DecisionNode(column, ExactThreshold(threshold), threshold >= 0, True: 0, False: 0),

            // What LightGBM takes for 0 is NaN in this column.
            MissingValues.Zero => new DecisionNode(column, threshold, tree.IsDefaultLeft(split), True: 0, False: 0),
            _ => new DecisionNode(column, ExactThreshold(threshold), tree.IsDefaultLeft(split), True: 0, False: 0),
        };
    }

    // Follows splits that send no category left.
    private static int Resolve(Tree tree, int child)
    {
        while (child >= 0 && tree.IsCategorical(child) && !tree.LeftCategories(child).Any())
        {
            child = tree.RightChild[child];
        }

        return child;
    }
}
