using System.Collections.Immutable;

namespace Workflow.Training.Experiments;

/// <summary>The record of a run. Immutable.</summary>
public sealed record ExperimentRun
{
    /// <summary>Gets the id.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the experiment.</summary>
    public required string Experiment { get; init; }

    /// <summary>Gets the name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets how it stands.</summary>
    public required ExperimentStatus Status { get; init; }

    /// <summary>Gets when it started, UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Gets when it ended, UTC; null while it goes on.</summary>
    public required DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Gets the settings.</summary>
    public required IReadOnlyDictionary<string, string> Parameters { get; init; }

    /// <summary>Gets the facts about where it ran.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Gets the metrics, by name and step.</summary>
    public required ImmutableArray<MetricPoint> Metrics { get; init; }
}
