namespace Workflow.Monitoring.Drift;

/// <summary>Finds the edges that cut a sample into bins of equal share.</summary>
internal static class QuantileEdges
{
    /// <summary>Gives ascending, distinct, finite edges.</summary>
    /// <param name="sorted">Ascending, finite, without NaN.</param>
    /// <param name="bins">How many bins are wanted; fewer come out where values repeat.</param>
    /// <returns>
    /// The values at shares 1/k … (k−1)/k. A value that spans two of them or more is a point mass and gets the bin
    /// <c>(v⁻, v]</c> of its own, where v⁻ is the next smaller number.
    /// </returns>
    public static double[] Of(ReadOnlySpan<double> sorted, int bins)
    {
        var edges = new List<double>(2 * bins);
        if (sorted.IsEmpty)
        {
            return [];
        }

        for (var i = 1; i < bins; i++)
        {
            // Minus zero would be an edge of its own beside zero.
            var edge = sorted[(int)(((long)sorted.Length * i) + bins - 1) / bins - 1] + 0.0;
            if (edges.Count == 0 || edges[^1] < edge)
            {
                edges.Add(edge);
            }
            else if (edges.Count == 1 || edges[^2] != Math.BitDecrement(edge))
            {
                edges.Insert(edges.Count - 1, Math.BitDecrement(edge));
            }
        }

        return [.. edges.Where(double.IsFinite)];
    }
}
