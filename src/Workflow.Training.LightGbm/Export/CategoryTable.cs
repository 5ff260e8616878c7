using System.Globalization;
using Workflow.Onnx;

namespace Workflow.Training.LightGbm.Export;

/// <summary>The category sets of one feature, as columns that tell for each category which sets it belongs to. Not thread-safe while sets are added.</summary>
/// <remarks>
/// ONNX Runtime searches a set of integers above 30 one by one, and splitting it into ranges copies the subtrees below it. So sets
/// are looked up once a row: a small tree turns the value into the rank of its category, a table turns the rank into columns of
/// <see cref="SetsPerColumn"/> sets each, and a split tests one bit: a set of integers from 1 to 16, which is one machine word.
/// </remarks>
internal sealed class CategoryTable(int feature)
{
    /// <summary>How many sets share a column.</summary>
    public const int SetsPerColumn = 4;

    private const int Patterns = 1 << SetsPerColumn;
    private const long LargestTable = 1 << 28;

    private readonly Dictionary<string, int> _setIndices = new(StringComparer.Ordinal);
    private readonly List<int[]> _sets = [];
    private readonly SortedSet<int> _categories = [];

    /// <summary>Gets the number of columns.</summary>
    public int Width => (_sets.Count + SetsPerColumn - 1) / SetsPerColumn;

    /// <summary>Adds a set.</summary>
    public void Add(IEnumerable<int> set)
    {
        int[] categories = [.. set];
        if (_setIndices.TryAdd(KeyOf(categories), _sets.Count))
        {
            _sets.Add(categories);
            _categories.UnionWith(categories);
        }
    }

    /// <summary>Gets which of this table's columns tells about a set.</summary>
    public int ColumnOf(IEnumerable<int> set) => _setIndices[KeyOf([.. set])] / SetsPerColumn;

    /// <summary>Gets the values of that column for which a category belongs to the set.</summary>
    public IReadOnlyList<double> MembersOf(IEnumerable<int> set)
    {
        var bit = _setIndices[KeyOf([.. set])] % SetsPerColumn;
        return [.. Enumerable.Range(0, Patterns).Where(pattern => ((pattern >> bit) & 1) != 0).Select(static pattern => pattern + 1.0)];
    }

    /// <summary>Makes the tree that turns a value into a rank: 0 for what belongs to no set, else from 1 in ascending order.</summary>
    /// <param name="target">The sum that takes the rank.</param>
    public EnsembleTree ToRankTree(int target)
    {
        // Values are truncated to integers: category c is [c, c + 1), category 0 is (−1, 1). Bounds part the ranges, each range
        // ends at its bound. NaN is on no side, so false leads it to the last range: no category, as are the ranges between.
        var (bounds, ranks) = (new List<double>(), new List<double> { 0 });
        var (next, rank) = (-1L, 0);
        foreach (var category in _categories)
        {
            if (category != next && next >= 0)
            {
                bounds.Add(double.BitDecrement(next));
                ranks.Add(0);
            }

            bounds.Add(category == 0 ? -1 : double.BitDecrement(category));
            ranks.Add(++rank);
            next = category + 1L;
        }

        bounds.Add(double.BitDecrement(next));
        ranks.Add(0);
        var nodes = new List<DecisionNode>();
        AddRange(0, bounds.Count);
        return new EnsembleTree(nodes, ranks, target);

        // Tells the ranges from .. to apart; balanced, so as deep as the logarithm.
        int AddRange(int from, int to)
        {
            if (from == to)
            {
                return ~from;
            }

            var middle = (from + to) / 2;
            var place = nodes.Count;
            nodes.Add(default);
            var (below, above) = (AddRange(from, middle), AddRange(middle + 1, to));
            nodes[place] = new DecisionNode(feature, bounds[middle], IsMissingTrue: false, below, above);
            return place;
        }
    }

    /// <summary>Makes the table: one row per rank, one 8-bit column per <see cref="SetsPerColumn"/> sets, values from 1 to 16.</summary>
    /// <exception cref="NotSupportedException">It exceeds 256 MB.</exception>
    public OnnxTensor ToTable()
    {
        var rows = _categories.Count + 1L;
        if (rows * Width > LargestTable)
        {
            throw new NotSupportedException(string.Create(CultureInfo.InvariantCulture, $"Feature {feature} has {_categories.Count} categories in {_sets.Count} sets; their table exceeds {LargestTable} bytes. Train with fewer categories (LightGBM's min_data_per_group) or trees."));
        }

        var table = new byte[rows * Width];
        Array.Fill(table, (byte)1);
        var ranks = _categories.Select(static (category, i) => (category, rank: i + 1)).ToDictionary(static pair => pair.category, static pair => pair.rank);
        for (var set = 0; set < _sets.Count; set++)
        {
            foreach (var category in _sets[set])
            {
                table[((long)ranks[category] * Width) + (set / SetsPerColumn)] += (byte)(1 << (set % SetsPerColumn));
            }
        }

        return OnnxTensor.FromBytes(OnnxElementType.UInt8, [rows, Width], table);
    }

    private static string KeyOf(int[] set) => string.Join(',', set);
}
