using Workflow.Numerics.Distributions;
using Workflow.Numerics.Sums;

namespace Workflow.Training.Evaluation;

/// <summary>How good a two-class model's scores are. Immutable.</summary>
/// <remarks>Equal to scikit-learn's metrics to 1e-12. Every mean is weighted by the rows' weights.</remarks>
public sealed record BinaryEvaluation
{
    // scikit-learn's clip of probabilities in the log loss: the epsilon of float64.
    private const double Clip = 2.220446049250313e-16;

    /// <summary>Gets the number of rows.</summary>
    public required int Rows { get; init; }

    /// <summary>Gets the number of rows of class 1.</summary>
    public required int Positives { get; init; }

    /// <summary>Gets the area under the ROC curve, ties as one half; NaN where a class is missing.</summary>
    public required double AreaUnderCurve { get; init; }

    /// <summary>Gets the standard error of the area: DeLong's for independent rows, by clusters where the rows have them; NaN where it cannot be estimated.</summary>
    public required double AreaStandardError { get; init; }

    /// <summary>Gets the lower bound of the area's interval, not clipped.</summary>
    public required double AreaLow { get; init; }

    /// <summary>Gets the upper bound of the area's interval, not clipped.</summary>
    public required double AreaHigh { get; init; }

    /// <summary>Gets the mean logarithmic loss in nats, with scores clipped to [2.2e-16, 1 − 2.2e-16].</summary>
    public required double LogLoss { get; init; }

    /// <summary>Gets the mean squared difference of score and label.</summary>
    public required double BrierScore { get; init; }

    /// <summary>Gets the threshold of the following three.</summary>
    public required double Threshold { get; init; }

    /// <summary>Gets the share of rows on the right side of the threshold.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Gets the share of class 1 among rows at or above the threshold; NaN where there are none.</summary>
    public required double Precision { get; init; }

    /// <summary>Gets the share of class 1 that is at or above the threshold; NaN without rows of class 1.</summary>
    public required double Recall { get; init; }

    /// <summary>Gets the expected calibration error over equal bins: the weighted mean of |share of class 1 − mean score|.</summary>
    public required double CalibrationError { get; init; }

    /// <summary>Measures scores.</summary>
    /// <param name="scores">The rows; at least one.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">There are no rows, or an option is out of its range.</exception>
    public static BinaryEvaluation Measure(BinaryScores scores, BinaryEvaluationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(scores);
        options ??= new BinaryEvaluationOptions();
        options.Validate();
        if (scores.Count == 0)
        {
            throw new ArgumentException("There are no rows to measure.", nameof(scores));
        }

        var placed = AreaVariance.Placed.Of(scores);
        var error = Math.Sqrt(AreaVariance.Covariance(scores, placed, placed));
        var half = error * NormalDistribution.Quantile(0.5 + (options.Confidence / 2));
        var sums = Sum(scores, options.Threshold);
        return new BinaryEvaluation
        {
            Rows = scores.Count,
            Positives = scores.Labels.AsSpan().Count(true),
            AreaUnderCurve = placed.Area,
            AreaStandardError = error,
            AreaLow = placed.Area - half,
            AreaHigh = placed.Area + half,
            LogLoss = sums.LogLoss / sums.Weight,
            BrierScore = sums.Brier / sums.Weight,
            Threshold = options.Threshold,
            Accuracy = sums.Right / sums.Weight,
            Precision = sums.Found / sums.Called,
            Recall = sums.Found / sums.Positive,
            CalibrationError = CalibrationErrorOf(scores, options.CalibrationBins),
        };
    }

    /// <summary>The logarithmic loss of one row, in nats.</summary>
    internal static double Loss(double score, bool label)
    {
        var clipped = Math.Clamp(score, Clip, 1 - Clip);
        return label ? -Math.Log(clipped) : -Math.Log(1 - clipped);
    }

    private static Totals Sum(BinaryScores scores, double threshold)
    {
        var (weight, positive, called, found, right) = (new ExactSum(), new ExactSum(), new ExactSum(), new ExactSum(), new ExactSum());
        var (logLoss, brier) = (new ExactSum(), new ExactSum());
        for (var i = 0; i < scores.Count; i++)
        {
            var (w, label, score) = (scores.Weights is null ? 1 : scores.Weights[i], scores.Labels[i], scores.Scores[i]);
            var isCalled = score >= threshold;
            weight.Add(w);
            positive.Add(label ? w : 0);
            called.Add(isCalled ? w : 0);
            found.Add(isCalled && label ? w : 0);
            right.Add(isCalled == label ? w : 0);
            logLoss.Add(w * Loss(score, label));
            var miss = score - (label ? 1 : 0);
            brier.Add(w * (miss * miss));
        }

        return new Totals(weight.ToDouble(), positive.ToDouble(), called.ToDouble(), found.ToDouble(), right.ToDouble(), logLoss.ToDouble(), brier.ToDouble());
    }

    private static double CalibrationErrorOf(BinaryScores scores, int bins)
    {
        var (weight, label, score) = (new double[bins], new double[bins], new double[bins]);
        for (var i = 0; i < scores.Count; i++)
        {
            var bin = BinOf(scores.Scores[i], bins);
            var w = scores.Weights is null ? 1 : scores.Weights[i];
            weight[bin] += w;
            label[bin] += scores.Labels[i] ? w : 0;
            score[bin] += w * scores.Scores[i];
        }

        var (sum, total) = (0.0, 0.0);
        for (var bin = 0; bin < bins; bin++)
        {
            sum += Math.Abs(label[bin] - score[bin]);
            total += weight[bin];
        }

        return sum / total;
    }

    // The number of inner edges i / bins below the score: an edge belongs to the bin below it.
    private static int BinOf(double score, int bins)
    {
        var bin = Math.Clamp((int)(score * bins), 0, bins - 1);
        while (bin > 0 && (double)bin / bins >= score)
        {
            bin--;
        }

        while (bin < bins - 1 && (bin + 1.0) / bins < score)
        {
            bin++;
        }

        return bin;
    }

    private readonly record struct Totals(double Weight, double Positive, double Called, double Found, double Right, double LogLoss, double Brier);
}
