using System.Collections.Immutable;

namespace Workflow.Data.Versioning;

/// <summary>What one call of <see cref="DataRepository.RemoveAsync"/> did. Paths are relative to the repository's root. Immutable.</summary>
public sealed record DataRemoveResult
{
    /// <summary>Gets the outputs that are no longer tracked.</summary>
    public required ImmutableArray<string> Outputs { get; init; }

    /// <summary>Gets the files that git should hear of: deleted <c>.dvc</c> files and changed <c>.gitignore</c> files. Already staged when <see cref="IsStaged"/>.</summary>
    public required ImmutableArray<string> FilesForGit { get; init; }

    /// <summary>Gets whether those files were staged, because <c>core.autostage</c> is set.</summary>
    public required bool IsStaged { get; init; }
}
