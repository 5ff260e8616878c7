namespace Workflow.Monitoring.Performance;

/// <summary>The area under the ROC curve and its variance after DeLong, DeLong and Clarke-Pearson 1988, with row weights.</summary>
/// <param name="Value">The probability that a positive scores above a negative, ties counted half; NaN unless both classes occur.</param>
/// <param name="Variance">Its variance; NaN where a class has fewer than two rows.</param>
/// <param name="Rows">The effective number of rows of the smaller class.</param>
internal readonly record struct RocArea(double Value, double Variance, double Rows)
{
    /// <summary>Computes the area in n·log n.</summary>
    /// <param name="scores">Finite.</param>
    /// <param name="positives">The labels, as many.</param>
    /// <param name="weights">Positive, as many.</param>
    public static RocArea Of(ReadOnlySpan<double> scores, ReadOnlySpan<bool> positives, ReadOnlySpan<double> weights)
    {
        var (positiveWeight, negativeWeight) = (0.0, 0.0);
        for (var i = 0; i < scores.Length; i++)
        {
            (positiveWeight, negativeWeight) = positives[i] ? (positiveWeight + weights[i], negativeWeight) : (positiveWeight, negativeWeight + weights[i]);
        }

        if (positiveWeight == 0 || negativeWeight == 0)
        {
            return new RocArea(double.NaN, double.NaN, 0);
        }

        var sorted = scores.ToArray();
        var order = new int[sorted.Length];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        Array.Sort(sorted, order);

        // The placement of a row: for a positive the share of negatives below it, for a negative the share of positives above it.
        var placements = new double[sorted.Length];
        var (negativesBelow, positivesBelow, area) = (0.0, 0.0, 0.0);
        for (var start = 0; start < sorted.Length;)
        {
            var end = start;
            var (tiedPositives, tiedNegatives) = (0.0, 0.0);
            for (; end < sorted.Length && sorted[end] == sorted[start]; end++)
            {
                var row = order[end];
                (tiedPositives, tiedNegatives) = positives[row] ? (tiedPositives + weights[row], tiedNegatives) : (tiedPositives, tiedNegatives + weights[row]);
            }

            for (var i = start; i < end; i++)
            {
                var row = order[i];
                placements[row] = positives[row]
                    ? (negativesBelow + (tiedNegatives / 2)) / negativeWeight
                    : (positiveWeight - positivesBelow - (tiedPositives / 2)) / positiveWeight;
            }

            area += tiedPositives * (negativesBelow + (tiedNegatives / 2));
            (positivesBelow, negativesBelow) = (positivesBelow + tiedPositives, negativesBelow + tiedNegatives);
            start = end;
        }

        var value = area / positiveWeight / negativeWeight;
        var (fromPositives, positiveRows) = MeanVariance(placements, positives, weights, value, ofPositives: true);
        var (fromNegatives, negativeRows) = MeanVariance(placements, positives, weights, value, ofPositives: false);
        return new RocArea(value, fromPositives + fromNegatives, Math.Min(positiveRows, negativeRows));
    }

    /// <summary>Gives the interval on the logit scale, which stays within 0 and 1; null where there is no area.</summary>
    /// <param name="z">The normal quantile of the confidence, for example 1.96.</param>
    public MetricEstimate? Interval(double z)
    {
        if (double.IsNaN(Value))
        {
            return null;
        }

        if (Variance > 0 && Value is > 0 and < 1)
        {
            var logit = Math.Log(Value / (1 - Value));
            var half = z * Math.Sqrt(Variance) / (Value * (1 - Value));
            return new MetricEstimate(Value, 1 / (1 + Math.Exp(half - logit)), 1 / (1 + Math.Exp(-half - logit)));
        }

        // Perfect separation has no variance, one row has none that can be known: Wilson's interval for the smaller class says how little that means.
        var (center, spread) = (Value + (z * z / (2 * Rows)), z * Math.Sqrt((Value * (1 - Value) / Rows) + (z * z / (4 * Rows * Rows))));
        var scale = 1 + (z * z / Rows);
        return new MetricEstimate(Value, Math.Max(0, (center - spread) / scale), Math.Min(1, (center + spread) / scale));
    }

    // The variance of the weighted mean of placements of one class, and its effective number of rows.
    private static (double Variance, double Rows) MeanVariance(
        ReadOnlySpan<double> placements, ReadOnlySpan<bool> positives, ReadOnlySpan<double> weights, double mean, bool ofPositives)
    {
        var (sum, squares, deviations) = (0.0, 0.0, 0.0);
        for (var i = 0; i < placements.Length; i++)
        {
            if (positives[i] == ofPositives)
            {
                var weight = weights[i];
                sum += weight;
                squares += weight * weight;
                deviations += weight * weight * (placements[i] - mean) * (placements[i] - mean);
            }
        }

        var rows = sum * sum / squares;
        return (deviations / (sum * sum) * rows / (rows - 1), rows);
    }
}
