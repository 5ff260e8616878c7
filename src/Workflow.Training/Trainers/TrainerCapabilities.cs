namespace Workflow.Training.Trainers;

/// <summary>What an engine can do with its settings, known before training starts. Immutable.</summary>
public sealed record TrainerCapabilities
{
    /// <summary>Gets the kind of prediction.</summary>
    public required LearningTask Task { get; init; }

    /// <summary>Gets whether nulls and NaN in features are learnt from, rather than refused.</summary>
    public required bool AcceptsMissingValues { get; init; }

    /// <summary>Gets whether columns of names (strings, dictionaries) are learnt from as categories, rather than refused.</summary>
    public required bool AcceptsCategories { get; init; }

    /// <summary>Gets whether row weights are used.</summary>
    public required bool AcceptsWeights { get; init; }

    /// <summary>Gets whether the same rows, settings and seed give the same bytes on one machine.</summary>
    public required bool IsDeterministic { get; init; }

    /// <summary>Gets whether the fitted model can be exported to ONNX exactly.</summary>
    public required bool IsExportable { get; init; }

    /// <summary>Gets why the model cannot be exported, or null where it can.</summary>
    public string? ExportObstacle { get; init; }
}
