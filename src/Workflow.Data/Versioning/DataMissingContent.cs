using System.Collections.Immutable;

namespace Workflow.Data.Versioning;

/// <summary>An output some of whose content is not in the cache. Immutable.</summary>
public sealed record DataMissingContent
{
    /// <summary>Gets the output's path, relative to the repository's root.</summary>
    public required string Path { get; init; }

    /// <summary>Gets whether it was imported without content, so that its source has to be asked for it.</summary>
    public bool IsImport { get; init; }

    /// <summary>Gets the ids of the missing or damaged objects. Empty when nothing was ever recorded for the output.</summary>
    public required ImmutableArray<string> Objects { get; init; }

    /// <summary>Gets one sentence for people.</summary>
    /// <returns>What is missing and what to do.</returns>
    public override string ToString() => IsImport ? $"'{Path}' was imported without content. Fetch it, or update the import."
        : Objects.IsEmpty
        ? $"'{Path}': no content is recorded under an md5. Add or commit it first."
        : $"'{Path}': the cache lacks {Objects.Length} of its objects or holds them damaged ({string.Join(", ", Objects.Take(3))}{(Objects.Length > 3 ? ", …" : "")}). Fetch them; the workspace was left as it is.";
}
