namespace Workflow.Inference.Predictions;

/// <summary>Settings of a prediction log. Read when the writer is created.</summary>
public sealed class PredictionLogOptions
{
    /// <summary>Gets or sets the folder of the log: files are <c>model=NAME/date=YYYY-MM-DD/part-….arrow</c> below it.</summary>
    public required string Folder { get; set; }

    /// <summary>Gets or sets how many batches wait to be written at most. Default 1024, from 1 to 1,000,000.</summary>
    public int Capacity { get; set; } = 1024;

    /// <summary>Gets or sets at how many rows a file is written. Default 65,536, from 1 to 10,000,000.</summary>
    public int FlushRows { get; set; } = 65_536;

    /// <summary>Gets or sets how long rows wait at most before they are written. Default 10 seconds.</summary>
    public TimeSpan FlushInterval { get; set; } = TimeSpan.FromSeconds(10);

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Folder);
        ArgumentOutOfRangeException.ThrowIfLessThan(Capacity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Capacity, 1_000_000);
        ArgumentOutOfRangeException.ThrowIfLessThan(FlushRows, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(FlushRows, 10_000_000);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(FlushInterval, TimeSpan.Zero);
    }
}
