using System.Collections.Immutable;

namespace Workflow.Data.Versioning.Stages;

/// <summary>A dependency, an output, a parameters file or one of its parameters that differs. Immutable.</summary>
public sealed record StageChange
{
    /// <summary>Gets the path, relative to the working directory of the question; outside of the repository absolute. Of a parameter its key.</summary>
    public required string Path { get; init; }

    /// <summary>Gets how it differs; null for a parameters file of which single parameters do.</summary>
    public StageChangeKind? Kind { get; init; }

    /// <summary>Gets the parameters of a file that differ.</summary>
    public ImmutableArray<StageChange> Parameters { get; init; } = [];
}
