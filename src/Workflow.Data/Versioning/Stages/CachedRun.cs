using System.Collections.Immutable;

namespace Workflow.Data.Versioning.Stages;

/// <summary>An earlier run of a stage with the same commands, dependencies and parameters, out of the run cache. Immutable.</summary>
public sealed record CachedRun
{
    /// <summary>Gets the SHA-256 of commands, dependencies, parameters and the paths of outputs: the folder of the run cache.</summary>
    public required string Key { get; init; }

    /// <summary>Gets the SHA-256 of the whole entry: its file.</summary>
    public required string Value { get; init; }

    /// <summary>Gets the outputs with the content that the run gave them.</summary>
    public required ImmutableArray<StageOutput> Outputs { get; init; }

    /// <summary>Gets whether the cache still holds all of that content: only then the run need not be repeated.</summary>
    public required bool IsRestorable { get; init; }
}
