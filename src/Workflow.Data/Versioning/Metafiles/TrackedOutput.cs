using Workflow.Data.Versioning.Imports;
using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning.Metafiles;

/// <summary>Something that DVC tracks: a file or folder of the workspace with the id of its content. Immutable.</summary>
internal sealed record TrackedOutput
{
    /// <summary>Gets the path, relative to the repository's root.</summary>
    public required string Path { get; init; }

    /// <summary>Gets the file that tracks it, relative to the repository's root.</summary>
    public required string MetafilePath { get; init; }

    /// <summary>Gets the place in the metafile's list of outputs.</summary>
    public required int Position { get; init; }

    /// <summary>Gets the id: 32 digits, and <c>.dir</c> for a folder; null when nothing was recorded yet.</summary>
    public required string? Id { get; init; }

    public required long? Size { get; init; }

    public required long? FileCount { get; init; }

    /// <summary>Gets whether the id is a hash of DVC 2.x, whose objects lie elsewhere.</summary>
    public required bool IsLegacy { get; init; }

    /// <summary>Gets whether its hash is another than MD5.</summary>
    public required bool HasForeignHash { get; init; }

    /// <summary>Gets whether it was imported without its content: then nothing of it is in the cache, and its id is what is known of its source.</summary>
    public bool IsPartialImport { get; init; }

    /// <summary>Gets whether its content has to come from what it is imported from, because none was recorded.</summary>
    public bool IsContentElsewhere => IsPartialImport || (Id is null && (Import is not null || Source is not null));

    /// <summary>Gets whether its content goes into the cache.</summary>
    public required bool IsCached { get; init; }

    /// <summary>Gets whether DVC keeps it under real names in a cloud (<c>files</c>, <c>cloud</c>, <c>version_id</c>).</summary>
    public required bool IsCloudVersioned { get; init; }

    /// <summary>Gets the remote that it names for itself (<c>remote</c>); null: whichever is asked for, or the default.</summary>
    public string? RemoteName { get; init; }

    /// <summary>Gets whether it goes to remotes (<c>push</c>).</summary>
    public bool IsPushed { get; init; } = true;

    /// <summary>Gets whether it is imported from another repository, whose remote then has it: it is not pushed to ours.</summary>
    public bool IsRepositoryImport => Import is not null;

    /// <summary>Gets what it is imported from; null for what is not imported from another repository.</summary>
    public RepositoryDependency? Import { get; init; }

    /// <summary>Gets the path or URL that it is imported from; null for what is not imported, or from another repository.</summary>
    public ImportAddress? Source { get; init; }

    /// <summary>Gets what is recorded of <see cref="Source"/>; null when it was never looked at.</summary>
    public SourceRecord? SourceRecord { get; init; }

    /// <summary>Gets whether it is made by a stage of a <c>dvc.yaml</c>.</summary>
    public required bool IsFromPipeline { get; init; }

    /// <summary>Gets the stage that makes it; null for an output of a <c>.dvc</c> file.</summary>
    public string? StageName { get; init; }

    /// <summary>Gets whether the file is recorded as executable.</summary>
    public bool IsExecutable { get; init; }

    public bool IsFolder => Id?.EndsWith(DirectoryObject.Suffix, StringComparison.Ordinal) == true || FileCount > 0;
}
