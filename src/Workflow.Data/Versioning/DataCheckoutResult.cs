using System.Collections.Immutable;

namespace Workflow.Data.Versioning;

/// <summary>What one call of <see cref="DataRepository.CheckoutAsync"/> did. Paths are relative to the repository's root; a folder ends in <c>/</c>. Immutable.</summary>
public sealed record DataCheckoutResult
{
    /// <summary>Gets the outputs that were not in the workspace before, in code point order.</summary>
    public required ImmutableArray<string> Added { get; init; }

    /// <summary>Gets the outputs that were there and changed, in code point order.</summary>
    public required ImmutableArray<string> Modified { get; init; }

    /// <summary>Gets the number of files that were new.</summary>
    public required long FilesAdded { get; init; }

    /// <summary>Gets the number of files that were replaced or got their executable bit.</summary>
    public required long FilesModified { get; init; }

    /// <summary>Gets the number of files that were deleted.</summary>
    public required long FilesDeleted { get; init; }

    /// <summary>Gets the outputs that were left as they were because the cache lacks some of their content, and what it lacks.</summary>
    public required ImmutableArray<DataMissingContent> Missing { get; init; }
}
