using Workflow.Inference.Rollouts;

namespace Workflow.Inference.Serving;

/// <summary>Which version answers what, at one moment. Immutable: a change is a new table and one write of its reference.</summary>
internal sealed record Routes
{
    public static Routes Empty { get; } = new();

    public ServedVersion? Champion { get; init; }

    public ServedVersion? Previous { get; init; }

    public ServedVersion? Challenger { get; init; }

    public JournaledRollout? Rollout { get; init; }

    /// <summary>Finds a loaded version by its number; the newest where none is asked for.</summary>
    public ServedVersion? Find(long? number) =>
        number is null || Champion?.Number == number ? Champion : Challenger?.Number == number ? Challenger : null;
}
