namespace Workflow.Monitoring.Drift;

/// <summary>Adjusts p-values for multiple testing.</summary>
internal static class AdjustedPValues
{
    /// <summary>Gives the adjusted p-values, in the order of <paramref name="values"/>.</summary>
    /// <param name="values">From 0 to 1, none NaN.</param>
    /// <param name="correction">The method.</param>
    public static double[] Of(ReadOnlySpan<double> values, TestCorrection correction)
    {
        var adjusted = values.ToArray();
        var count = adjusted.Length;
        if (correction is TestCorrection.None || count == 0)
        {
            return adjusted;
        }

        var order = Enumerable.Range(0, count).ToArray();
        Array.Sort(values.ToArray(), order);
        switch (correction)
        {
            case TestCorrection.Bonferroni:
                foreach (ref var p in adjusted.AsSpan())
                {
                    p = Math.Min(1, p * count);
                }

                break;
            case TestCorrection.Holm:
                var largest = 0.0;
                for (var rank = 0; rank < count; rank++)
                {
                    largest = Math.Max(largest, Math.Min(1, values[order[rank]] * (count - rank)));
                    adjusted[order[rank]] = largest;
                }

                break;
            default:
                var smallest = 1.0;
                for (var rank = count - 1; rank >= 0; rank--)
                {
                    smallest = Math.Min(smallest, values[order[rank]] * count / (rank + 1));
                    adjusted[order[rank]] = smallest;
                }

                break;
        }

        return adjusted;
    }
}
