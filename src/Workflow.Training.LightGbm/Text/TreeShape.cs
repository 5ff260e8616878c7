namespace Workflow.Training.LightGbm.Text;

/// <summary>Checks that the splits and leaves of a tree form one.</summary>
internal static class TreeShape
{
    /// <summary>Checks that every split and leaf but the root is the child of exactly one split, and reached from the root.</summary>
    /// <param name="lines">The tree's lines, for messages.</param>
    /// <param name="tree">The tree; its children are within range.</param>
    /// <exception cref="InvalidDataException">Says which split is wrong.</exception>
    public static void Check(KeyedLines lines, Tree tree)
    {
        var splits = tree.Leaves - 1;
        if (splits == 0)
        {
            return;
        }

        var areSplitsSeen = new bool[splits];
        var areLeavesSeen = new bool[tree.Leaves];
        var open = new Stack<int>();
        areSplitsSeen[0] = true;
        open.Push(0);
        while (open.TryPop(out var split))
        {
            Visit("left_child", split, tree.LeftChild[split]);
            Visit("right_child", split, tree.RightChild[split]);
        }

        if (areSplitsSeen.AsSpan().Contains(value: false) || areLeavesSeen.AsSpan().Contains(value: false))
        {
            throw lines.Fault("left_child", "some splits or leaves cannot be reached from the root");
        }

        void Visit(string key, int split, int child)
        {
            ref var isSeen = ref child >= 0 ? ref areSplitsSeen[child] : ref areLeavesSeen[~child];
            if (isSeen)
            {
                throw lines.Fault(key, $"split {split} leads to {(child >= 0 ? $"split {child}" : $"leaf {~child}")}, which has two parents then: this is no tree");
            }

            isSeen = true;
            if (child >= 0)
            {
                open.Push(child);
            }
        }
    }
}
