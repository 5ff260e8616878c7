namespace Workflow.Monitoring.Performance;

/// <summary>Weighted means of losses of probabilities.</summary>
internal static class ProbabilityScores
{
    // As scikit-learn: a certain prediction that is wrong costs 36 nats, not infinity.
    private const double Smallest = 2.220446049250313e-16;

    /// <summary>The mean of −ln p(label), in nats; null without rows or where a score is no probability.</summary>
    public static double? LogLoss(ReadOnlySpan<double> scores, ReadOnlySpan<bool> positives, ReadOnlySpan<double> weights)
    {
        var (sum, total) = (0.0, 0.0);
        for (var i = 0; i < scores.Length; i++)
        {
            if (!(scores[i] is >= 0 and <= 1))
            {
                return null;
            }

            var p = Math.Clamp(scores[i], Smallest, 1 - Smallest);
            sum -= weights[i] * Math.Log(positives[i] ? p : 1 - p);
            total += weights[i];
        }

        return scores.IsEmpty ? null : sum / total;
    }

    /// <summary>The mean squared distance of score and label; null without rows or where a score is no probability.</summary>
    public static double? Brier(ReadOnlySpan<double> scores, ReadOnlySpan<bool> positives, ReadOnlySpan<double> weights)
    {
        var (sum, total) = (0.0, 0.0);
        for (var i = 0; i < scores.Length; i++)
        {
            if (!(scores[i] is >= 0 and <= 1))
            {
                return null;
            }

            var error = scores[i] - (positives[i] ? 1 : 0);
            sum += weights[i] * error * error;
            total += weights[i];
        }

        return scores.IsEmpty ? null : sum / total;
    }
}
