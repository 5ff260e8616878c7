using Workflow.Data.Registry;

namespace Workflow.Inference.Predictions;

/// <summary>Which part of a prediction log to read.</summary>
public sealed class PredictionLogQuery
{
    /// <summary>Gets or sets the folder of the log.</summary>
    public required string Folder { get; set; }

    /// <summary>Gets or sets the model's name.</summary>
    public required string Model { get; set; }

    /// <summary>Gets or sets the model's columns.</summary>
    public required ModelSignature Signature { get; set; }

    /// <summary>Gets or sets the first day of event time, UTC; null for the beginning.</summary>
    public DateOnly? From { get; set; }

    /// <summary>Gets or sets the day after the last of event time, UTC; null for the end.</summary>
    public DateOnly? Until { get; set; }
}
