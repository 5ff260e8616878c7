namespace Workflow.Data.Versioning;

/// <summary>A path in a state of the tracked data.</summary>
/// <param name="Path">Relative to the repository's root, without a final slash.</param>
/// <param name="Id">The id of its content; null for a folder that is tracked only as part of another.</param>
/// <param name="IsFolder">Whether it is a folder.</param>
/// <param name="IsLegacy">Whether the id is a hash of DVC 2.x.</param>
internal sealed record DataEntry(string Path, bool IsFolder, string? Id, bool IsLegacy)
{
    /// <summary>Gets the import without content that it is; null for what has content under its id.</summary>
    public Metafiles.TrackedOutput? Partial { get; init; }

    /// <summary>Gets the remote that it names for itself.</summary>
    public string? RemoteName { get; init; }

    /// <summary>Gets whether our remotes are meant to have it: not what comes from another repository, and not what is never pushed.</summary>
    public bool IsPushed { get; init; } = true;

    public string Shown => IsFolder ? Path + "/" : Path;

    public bool HasContentOf(DataEntry other) => Id == other.Id && IsLegacy == other.IsLegacy;
}
