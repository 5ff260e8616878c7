namespace Workflow.Training.Experiments;

/// <summary>A run that is about to start. Immutable.</summary>
public sealed record RunDraft
{
    /// <summary>Gets the experiment that the run belongs to: 1 to 256 characters.</summary>
    public required string Experiment { get; init; }

    /// <summary>Gets the run's name: 1 to 256 characters; need not be unique.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// Gets the run's id: letters, digits, <c>_</c> and <c>-</c>, at most 128, or null to have one drawn. A caller who derives it from what
    /// the run depends on may start the same run again.
    /// </summary>
    public string? Id { get; init; }

    /// <summary>Gets the settings, as invariant text.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets facts about where it runs, for example from <see cref="ExperimentEnvironment.Capture"/>. Never secrets.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
