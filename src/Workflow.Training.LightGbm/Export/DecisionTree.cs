namespace Workflow.Training.LightGbm.Export;

/// <summary>A tree of LightGBM as plain comparisons that decide equally for every 64-bit value. Not thread-safe while built.</summary>
/// <remarks>
/// <para>The root is node 0. A tree with one leaf is one node whose sides are that leaf.</para>
/// <para>
/// A set of categories becomes a balanced tree of ranges, whose ends lead to the same two subtrees: the nodes form a graph
/// without cycles. ONNX Runtime lays nodes out false side first and takes a graph whose false sides are met there for the first time
/// (converters in the field rely on it, too). Hence the relays: a node that is always true, with a dead leaf of its own, stands
/// between a false side and a subtree that others share.
/// </para>
/// </remarks>
internal sealed class DecisionTree
{
    private readonly LightGbmTree _tree;
    private readonly EnsembleColumns _columns;
    private readonly List<DecisionNode> _nodes = [];

    private DecisionTree(LightGbmTree tree, EnsembleColumns columns) => (_tree, _columns) = (tree, columns);

    /// <summary>Gets the comparisons, the root first.</summary>
    public IReadOnlyList<DecisionNode> Nodes => _nodes;

    /// <summary>Gets whether some nodes lead to the same node or leaf.</summary>
    public bool IsShared { get; private set; }

    /// <summary>Gets how many leaves stand behind the tree's own: no row reaches them.</summary>
    public int DeadLeaves { get; private set; }

    /// <summary>Translates a tree.</summary>
    public static DecisionTree Of(LightGbmTree tree, EnsembleColumns columns)
    {
        var result = new DecisionTree(tree, columns);
        result.Translate();
        return result;
    }

    /// <summary>Gets the 64-bit threshold that makes a plain comparison decide as LightGBM, which scores tiny values as 0.</summary>
    internal static double ExactThreshold(double threshold) => threshold switch
    {
        >= -LightGbmTree.ZeroLimit and < 0 => double.BitDecrement(-LightGbmTree.ZeroLimit),
        >= 0 and <= LightGbmTree.ZeroLimit => LightGbmTree.ZeroLimit,
        _ => threshold,
    };

    private void Translate()
    {
        var root = Resolve(0);
        if (_tree.Leaves == 1 || root < 0)
        {
            var leaf = _tree.Leaves == 1 ? ~0 : root;
            _nodes.Add(new DecisionNode(0, 0, IsMissingTrue: false, leaf, leaf));
            return;
        }

        // Each split gets its place before its own children: parents first, no recursion on foreign depths.
        var place = new Dictionary<int, int>();
        var links = new List<(int Node, bool IsTrue, int Child)>();
        var pending = new Stack<int>([root]);
        while (pending.TryPop(out var split))
        {
            place[split] = _nodes.Count;
            var (left, right) = (Resolve(_tree.LeftChild[split]), Resolve(_tree.RightChild[split]));
            if (_tree.IsCategorical(split))
            {
                AddRanges(split, left, right, links);
            }
            else
            {
                links.AddRange([(_nodes.Count, true, left), (_nodes.Count, false, right)]);
                AddComparison(split);
            }

            foreach (var child in (ReadOnlySpan<int>)[left, right])
            {
                if (child >= 0)
                {
                    pending.Push(child);
                }
            }
        }

        foreach (var (node, isTrue, child) in links)
        {
            var target = child >= 0 ? place[child] : child;
            _nodes[node] = isTrue ? _nodes[node] with { True = target } : _nodes[node] with { False = target };
        }
    }

    private void AddComparison(int split)
    {
        var threshold = _tree.Threshold[split];
        var (exact, isMissingTrue) = _tree.Missing(split) switch
        {
            // NaN is scored as 0, whatever the default side.
            LightGbmMissing.None => (ExactThreshold(threshold), threshold >= 0),
            LightGbmMissing.Zero => (threshold, _tree.IsDefaultLeft(split)),
            _ => (ExactThreshold(threshold), _tree.IsDefaultLeft(split)),
        };
        _nodes.Add(new DecisionNode(_columns.ColumnOf(_tree, split), exact, isMissingTrue, True: 0, False: 0));
    }

    // Categories are values truncated to integers; negative ones, infinities and NaN belong to no set and go right. So a set is
    // an ascending list of bounds: left of the first is right, then left, right, … by turns.
    private void AddRanges(int split, int left, int right, List<(int Node, bool IsTrue, int Child)> links)
    {
        var column = _columns.ColumnOf(_tree, split);
        var bounds = new List<double>();
        var next = -1;
        foreach (var category in _tree.LeftCategories(split))
        {
            if (category != next)
            {
                if (next >= 0)
                {
                    bounds.Add(double.BitDecrement(next));
                }

                bounds.Add(category == 0 ? -1 : double.BitDecrement(category));
            }

            next = category + 1;
        }

        bounds.Add(double.BitDecrement(next));
        IsShared = true;
        AddRange(0, bounds.Count);

        // Bounds [from, to): adds the nodes that tell the ranges from .. to apart, and returns the place of the first.
        int AddRange(int from, int to)
        {
            var middle = (from + to) / 2;
            var node = _nodes.Count;
            _nodes.Add(new DecisionNode(column, bounds[middle], IsMissingTrue: false, True: 0, False: 0));

            // False first, as ONNX Runtime walks: the last range leads to the right side before any other does.
            if (middle + 1 < to)
            {
                _nodes[node] = _nodes[node] with { False = AddRange(middle + 1, to) };
            }
            else if (to == bounds.Count)
            {
                links.Add((node, false, right));
            }
            else
            {
                _nodes[node] = _nodes[node] with { False = _nodes.Count };
                Relay(column, bounds[to], Side(to), links);
            }

            if (from < middle)
            {
                _nodes[node] = _nodes[node] with { True = AddRange(from, middle) };
            }
            else
            {
                links.Add((node, true, Side(from)));
            }

            return node;
        }

        int Side(int range) => range % 2 == 0 ? right : left;
    }

    // Reached only below its bound, so always true.
    private void Relay(int column, double bound, int child, List<(int Node, bool IsTrue, int Child)> links)
    {
        links.Add((_nodes.Count, true, child));
        _nodes.Add(new DecisionNode(column, bound, IsMissingTrue: false, True: 0, False: ~(_tree.Leaves + DeadLeaves++)));
    }

    // Follows splits that no category sends left.
    private int Resolve(int child)
    {
        while (child >= 0 && child < _tree.Leaves - 1 && _tree.IsCategorical(child) && !_tree.LeftCategories(child).Any())
        {
            child = _tree.RightChild[child];
        }

        return child;
    }
}
