using Workflow.Training.Trainers;

namespace Workflow.Testing.Trainers;

/// <summary>What <see cref="TrainerConformance"/> asks of the trainer it wants. Immutable.</summary>
public sealed record TrainerSetup
{
    /// <summary>Gets the feature columns, float32.</summary>
    public required IReadOnlyList<string> Features { get; init; }

    /// <summary>Gets the label column: float32, 0 or 1.</summary>
    public required string Label { get; init; }

    /// <summary>Gets the seed.</summary>
    public int? Seed { get; init; } = 42;

    /// <summary>Gets about how many iterations to train: few for a quick test, very many for one that cancels.</summary>
    public int Iterations { get; init; } = 30;

    /// <summary>Gets the question that the options must carry.</summary>
    public Func<TrainingProgress, bool>? StopWhen { get; init; }
}
