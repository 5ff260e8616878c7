using System.Collections.Immutable;

namespace Workflow.Data.Versioning;

/// <summary>What one call of <see cref="DataRepository.AddAsync"/> did. Immutable.</summary>
public sealed record DataAddResult
{
    /// <summary>Gets one entry per output, in the order of the targets.</summary>
    public required ImmutableArray<AddedOutput> Outputs { get; init; }

    /// <summary>
    /// Gets the files that git should track now, relative to the repository's root: <c>.dvc</c> and <c>.gitignore</c> files that
    /// were written. Already staged when <see cref="IsStaged"/>.
    /// </summary>
    public required ImmutableArray<string> FilesForGit { get; init; }

    /// <summary>Gets whether those files were staged, because <c>core.autostage</c> is set.</summary>
    public required bool IsStaged { get; init; }

    /// <summary>Gets the objects that were new to the cache, <c>.dir</c> objects included.</summary>
    public required long NewObjects { get; init; }

    /// <summary>Gets the bytes of those objects.</summary>
    public required long NewBytes { get; init; }
}
