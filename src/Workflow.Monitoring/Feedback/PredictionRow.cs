namespace Workflow.Monitoring.Feedback;

/// <summary>One logged prediction; <c>Label</c> is NaN until it is known. Times in microseconds since 1970.</summary>
internal readonly record struct PredictionRow(UInt128 Key, double Score, double Weight, long EventTime)
{
    public double Label { get; init; } = double.NaN;

    public long IngestTime { get; init; } = long.MinValue;
}
