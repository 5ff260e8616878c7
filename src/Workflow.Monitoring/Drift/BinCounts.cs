using System.Numerics;

namespace Workflow.Monitoring.Drift;

/// <summary>Counts numbers into the bins between fixed edges.</summary>
internal static class BinCounts
{
    // Above this many edges a search beats comparing with each of them.
    private const int MostCompared = 40;

    /// <summary>Gives the number of counters for a number of edges: the bins and one for NaN and infinities.</summary>
    public static int CountersFor(int edges) => edges + 2;

    /// <summary>Adds each value to its bin.</summary>
    /// <param name="values">Any numbers.</param>
    /// <param name="edges">Ascending, finite. Bin <c>i</c> holds <c>edges[i-1] &lt; v &lt;= edges[i]</c>; the ends are open.</param>
    /// <param name="counts">Length <c>k + 2</c> for k edges: k + 1 bins, then NaN and ±Infinity. Added to, not cleared.</param>
    public static void Add(ReadOnlySpan<double> values, ReadOnlySpan<double> edges, Span<long> counts)
    {
        if (counts.Length != CountersFor(edges.Length))
        {
            throw new ArgumentException($"Needs {CountersFor(edges.Length)} counters for {edges.Length} edges, got {counts.Length}.", nameof(counts));
        }

        var done = edges.Length <= MostCompared && Vector.IsHardwareAccelerated ? AddCompared(values, edges, counts) : 0;
        foreach (var value in values[done..])
        {
            counts[double.IsFinite(value) ? Search(edges, value) : edges.Length + 1]++;
        }
    }

    // The bin is the number of edges below the value: as many vector comparisons as there are edges, no branch, no gather.
    private static int AddCompared(ReadOnlySpan<double> values, ReadOnlySpan<double> edges, Span<long> counts)
    {
        var special = new Vector<long>(edges.Length + 1);
        var i = 0;
        for (; i <= values.Length - (2 * Vector<double>.Count); i += 2 * Vector<double>.Count)
        {
            // Two vectors at a time: one comparison chain alone would wait for itself.
            var first = new Vector<double>(values[i..]);
            var second = new Vector<double>(values[(i + Vector<double>.Count)..]);
            var (firstBins, secondBins) = (Vector<long>.Zero, Vector<long>.Zero);
            foreach (var edge in edges)
            {
                var bound = new Vector<double>(edge);
                firstBins -= Vector.LessThan(bound, first);
                secondBins -= Vector.LessThan(bound, second);
            }

            // v − v is 0 for every finite number and NaN for the rest.
            firstBins = Vector.ConditionalSelect(Vector.Equals(first - first, Vector<double>.Zero), firstBins, special);
            secondBins = Vector.ConditionalSelect(Vector.Equals(second - second, Vector<double>.Zero), secondBins, special);
            for (var lane = 0; lane < Vector<double>.Count; lane++)
            {
                counts[(int)firstBins[lane]]++;
                counts[(int)secondBins[lane]]++;
            }
        }

        return i;
    }

    // Lower bound whose comparison is data, not control flow.
    private static int Search(ReadOnlySpan<double> edges, double value)
    {
        var low = 0;
        for (var length = edges.Length; length > 0;)
        {
            var half = (length + 1) >> 1;
            var isAbove = edges[low + half - 1] < value ? 1 : 0;
            low += half & -isAbove;
            length -= half;
        }

        return low;
    }
}
