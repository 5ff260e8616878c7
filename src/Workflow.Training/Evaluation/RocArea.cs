using Workflow.Numerics.Sums;

namespace Workflow.Training.Evaluation;

/// <summary>The area under the ROC curve and each row's part in it. Ties count one half.</summary>
internal static class RocArea
{
    /// <summary>Computes each row's placement: the share (by weight) of the other class that it beats.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="placements">
    /// For a row of class 1 the share of class 0 scored below it, for a row of class 0 the share of class 1 scored above it, ties as one half.
    /// As long as there are rows.
    /// </param>
    /// <returns>The area; NaN where a class is missing. Without weights, wins are counted in integers.</returns>
    public static double Placements(BinaryScores rows, Span<double> placements)
    {
        var (keys, order) = Sorted(rows.Scores);
        var totals = Totals(rows);
        var weighted = new ExactSum();
        UInt128 doubledWins = 0;
        var below = (Positive: 0.0, Negative: 0.0);
        for (int start = 0, end; start < order.Length; start = end)
        {
            var tied = (Positive: 0.0, Negative: 0.0);
            for (end = start; end < order.Length && keys[end] == keys[start]; end++)
            {
                ref var sum = ref rows.Labels[order[end]] ? ref tied.Positive : ref tied.Negative;
                sum += rows.Weights is null ? 1 : rows.Weights[order[end]];
            }

            var beaten = below.Negative + (tied.Negative / 2);
            var missed = totals.Positive - below.Positive - tied.Positive + (tied.Positive / 2);
            for (var i = start; i < end; i++)
            {
                placements[order[i]] = rows.Labels[order[i]] ? beaten / totals.Negative : missed / totals.Positive;
            }

            if (rows.Weights is null)
            {
                doubledWins += (UInt128)tied.Positive * (UInt128)(2 * beaten);
            }
            else
            {
                weighted.Add(tied.Positive * beaten);
            }

            below = (below.Positive + tied.Positive, below.Negative + tied.Negative);
        }

        if (totals.Positive == 0 || totals.Negative == 0)
        {
            return double.NaN;
        }

        return rows.Weights is null
            ? (double)doubledWins / 2 / (totals.Positive * totals.Negative)
            : weighted.ToDouble() / totals.Positive / totals.Negative;
    }

    /// <summary>Gets the weight of each class.</summary>
    public static (double Positive, double Negative) Totals(BinaryScores rows)
    {
        var (positive, negative) = (new ExactSum(), new ExactSum());
        long count = 0;
        for (var i = 0; i < rows.Count; i++)
        {
            if (rows.Weights is null)
            {
                count += rows.Labels[i] ? 1 : 0;
            }
            else if (rows.Labels[i])
            {
                positive.Add(rows.Weights[i]);
            }
            else
            {
                negative.Add(rows.Weights[i]);
            }
        }

        return rows.Weights is null ? (count, rows.Count - count) : (positive.ToDouble(), negative.ToDouble());
    }

    /// <summary>Sorts scores.</summary>
    /// <returns>The scores, ascending, and the row of each.</returns>
    public static (double[] Keys, int[] Order) Sorted(double[] scores)
    {
        var keys = (double[])scores.Clone();
        var order = new int[keys.Length];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        Array.Sort(keys, order);
        return (keys, order);
    }
}
