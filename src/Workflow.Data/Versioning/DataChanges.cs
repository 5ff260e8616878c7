using System.Collections.Immutable;

namespace Workflow.Data.Versioning;

/// <summary>The differences between two states of the tracked data. Paths are relative to the repository's root; a folder ends in <c>/</c>. Immutable.</summary>
/// <remarks>Lists are sorted by Unicode code point. DVC leaves their order undefined.</remarks>
public sealed record DataChanges
{
    /// <summary>Gets no changes at all.</summary>
    public static DataChanges None { get; } = new();

    /// <summary>Gets paths whose content differs.</summary>
    public ImmutableArray<string> Modified { get; init; } = [];

    /// <summary>Gets paths that are new.</summary>
    public ImmutableArray<string> Added { get; init; } = [];

    /// <summary>Gets paths that are gone.</summary>
    public ImmutableArray<string> Deleted { get; init; } = [];

    /// <summary>Gets paths that moved.</summary>
    public ImmutableArray<DataRename> Renamed { get; init; } = [];

    /// <summary>Gets paths that cannot be compared, because the list of their folder's files is missing or unreadable.</summary>
    public ImmutableArray<string> Unknown { get; init; } = [];

    /// <summary>Gets whether there is no difference.</summary>
    public bool IsEmpty => Modified.IsEmpty && Added.IsEmpty && Deleted.IsEmpty && Renamed.IsEmpty && Unknown.IsEmpty;
}
