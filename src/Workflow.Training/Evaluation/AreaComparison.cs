using Workflow.Numerics.Distributions;

namespace Workflow.Training.Evaluation;

/// <summary>Two models' areas under the ROC curve on the same rows, with DeLong's test of their difference. Immutable.</summary>
public sealed record AreaComparison
{
    /// <summary>Gets the first model's area.</summary>
    public required double First { get; init; }

    /// <summary>Gets the second model's area.</summary>
    public required double Second { get; init; }

    /// <summary>Gets the variance of the first area.</summary>
    public required double FirstVariance { get; init; }

    /// <summary>Gets the variance of the second area.</summary>
    public required double SecondVariance { get; init; }

    /// <summary>Gets the covariance of the areas: they are of the same rows.</summary>
    public required double Covariance { get; init; }

    /// <summary>Gets first − second.</summary>
    public double Difference => First - Second;

    /// <summary>Gets the variance of the difference, at least 0.</summary>
    public double DifferenceVariance => Math.Max(0, FirstVariance + SecondVariance - (2 * Covariance));

    /// <summary>Gets the difference in standard errors; 0 for equal scores.</summary>
    public double Z => Difference == 0 ? 0 : Difference / Math.Sqrt(DifferenceVariance);

    /// <summary>Gets the two-sided p-value of no difference; 1 for equal scores.</summary>
    public double PValue => Math.Min(1, 2 * NormalDistribution.Survival(Math.Abs(Z)));

    /// <summary>Compares two models.</summary>
    /// <param name="first">The first model's rows.</param>
    /// <param name="second">The second model's scores of the same rows, in the same order.</param>
    /// <exception cref="ArgumentException">The rows differ, or a class has fewer than two rows.</exception>
    public static AreaComparison Of(BinaryScores first, BinaryScores second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        SameRows.Require(first, second);
        var (a, b) = (AreaVariance.Placed.Of(first), AreaVariance.Placed.Of(second));
        var variance = AreaVariance.Covariance(first, a, a);
        return double.IsNaN(variance)
            ? throw new ArgumentException($"DeLong's test needs two rows of each class (and two clusters); {first.Description} has {first.Labels.AsSpan().Count(true)} of class 1 among {first.Count}.", nameof(first))
            : new AreaComparison
            {
                First = a.Area,
                Second = b.Area,
                FirstVariance = variance,
                SecondVariance = AreaVariance.Covariance(first, b, b),
                Covariance = AreaVariance.Covariance(first, a, b),
            };
    }

    /// <summary>Gives the interval of the difference.</summary>
    /// <param name="confidence">Above 0, below 1.</param>
    /// <returns>Half of its width around <see cref="Difference"/>.</returns>
    public double HalfWidth(double confidence)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(confidence, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(confidence, 1);
        return Math.Sqrt(DifferenceVariance) * NormalDistribution.Quantile(0.5 + (confidence / 2));
    }
}
