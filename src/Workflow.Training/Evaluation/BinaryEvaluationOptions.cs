namespace Workflow.Training.Evaluation;

/// <summary>Settings of an evaluation.</summary>
public sealed class BinaryEvaluationOptions
{
    /// <summary>Gets or sets the score from which a row is taken for class 1. Default 0.5; from 0 to 1.</summary>
    public double Threshold { get; set; } = 0.5;

    /// <summary>Gets or sets the number of equal bins of the calibration error. Default 10; from 1 to 10,000.</summary>
    public int CalibrationBins { get; set; } = 10;

    /// <summary>Gets or sets the probability with which the interval of the area covers the truth. Default 0.95; above 0, below 1.</summary>
    public double Confidence { get; set; } = 0.95;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Threshold);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Threshold, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(CalibrationBins, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(CalibrationBins, 10_000);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Confidence, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(Confidence, 1);
    }
}
