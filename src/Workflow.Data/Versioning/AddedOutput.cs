namespace Workflow.Data.Versioning;

/// <summary>One target as <see cref="DataRepository.AddAsync"/> recorded it. Immutable.</summary>
public sealed record AddedOutput
{
    /// <summary>Gets the path of the tracked file or folder, relative to the repository's root, with <c>/</c>.</summary>
    public required string Path { get; init; }

    /// <summary>Gets the path of the <c>.dvc</c> file, relative to the repository's root, with <c>/</c>.</summary>
    public required string MetafilePath { get; init; }

    /// <summary>Gets the id: 32 lower-case hexadecimal digits, and <c>.dir</c> for a folder.</summary>
    public required string Md5 { get; init; }

    /// <summary>Gets the bytes of the file or of all files of the folder; null when DVC records none (after a part of a folder was added).</summary>
    public required long? Size { get; init; }

    /// <summary>Gets the number of files of a folder; null for a file.</summary>
    public required long? FileCount { get; init; }

    /// <summary>Gets whether the <c>.dvc</c> file had to be written.</summary>
    public required bool IsChanged { get; init; }
}
