using System.Collections.Immutable;

namespace Workflow.Data.Versioning;

/// <summary>What one call of <see cref="DataRepository.MoveAsync"/> did. Paths are relative to the repository's root. Immutable.</summary>
public sealed record DataMoveResult
{
    /// <summary>Gets the output's new path.</summary>
    public required string Path { get; init; }

    /// <summary>Gets the file that tracks it now.</summary>
    public required string MetafilePath { get; init; }

    /// <summary>Gets the files that git should hear of. Already staged when <see cref="IsStaged"/>.</summary>
    public required ImmutableArray<string> FilesForGit { get; init; }

    /// <summary>Gets whether those files were staged, because <c>core.autostage</c> is set.</summary>
    public required bool IsStaged { get; init; }
}
