using System.Collections.Immutable;

namespace Workflow.Data.Versioning;

/// <summary>What one call of <see cref="DataRepository.UpdateAsync"/> did. Immutable.</summary>
public sealed record DataUpdateResult
{
    /// <summary>Gets the imports, by the files that record them.</summary>
    public required ImmutableArray<DataUpdatedImport> Imports { get; init; }
}
