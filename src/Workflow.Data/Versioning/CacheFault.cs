using System.Collections.Immutable;

namespace Workflow.Data.Versioning;

/// <summary>Something wrong in a cache. Immutable.</summary>
public sealed record CacheFault
{
    /// <summary>Gets what is wrong.</summary>
    public required CacheFaultKind Kind { get; init; }

    /// <summary>Gets the object's id as its name gives it, with <c>.dir</c> for a list of files; null for what is no object.</summary>
    public required string? Expected { get; init; }

    /// <summary>Gets the id of the content that is there; null when there is none or it is not a matter of content.</summary>
    public string? Actual { get; init; }

    /// <summary>Gets the absolute path where it lies or should lie.</summary>
    public required string Path { get; init; }

    /// <summary>Gets who refers to it: the metafile, a colon, and the path of the data, relative to the repository's root. Empty: nobody in scope.</summary>
    public ImmutableArray<string> ReferredBy { get; init; } = [];
}
