namespace Workflow.Data.Versioning.Stages;

/// <summary>What <c>dvc.lock</c> records of the content of a file or folder. Immutable.</summary>
public sealed record ContentRecord
{
    /// <summary>Gets the id: 32 lower-case hexadecimal digits of an MD5, and <c>.dir</c> for a folder.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the size in bytes, of a folder that of all its files; null when it was not recorded.</summary>
    public long? Size { get; init; }

    /// <summary>Gets the number of files of a folder; null for a file.</summary>
    public long? FileCount { get; init; }

    /// <summary>Gets whether the file has an execute bit. DVC does not compare it.</summary>
    public bool IsExecutable { get; init; }

    /// <summary>Gets whether the id is a hash of DVC 2.x, which reads the line ends of text files in another way.</summary>
    public bool IsLegacy { get; init; }
}
