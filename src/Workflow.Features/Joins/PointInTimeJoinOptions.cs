namespace Workflow.Features.Joins;

/// <summary>Settings of a join.</summary>
public sealed class PointInTimeJoinOptions
{
    /// <summary>Gets or sets about how many bytes a join may hold; null for no limit. Default null; at least 1 MiB.</summary>
    /// <remarks>
    /// Tables that are estimated larger, or whose rows only reading counts, are split by a hash of the keys into files, joined part by part,
    /// and put together again in the order of the labels, also in a file. The values are the same bits. What is not split is held in any
    /// case: the rows of one key, the rows of views without keys or in which events have versions, one byte a label row and entity, and one a row and column of the newest row (its status).
    /// </remarks>
    public long? MemoryLimit { get; set; }

    /// <summary>Gets or sets the folder for these files; null for the system's folder for temporary files. They need about twice the room of the tables.</summary>
    /// <remarks>The join makes a folder of its own in it, which is deleted when the join fails and when its result is disposed. A killed process leaves it: <c>workflow-join-PROCESS-…</c>.</remarks>
    public string? SpillFolder { get; set; }

    /// <summary>Gets or sets what opens a new file; null for the file system.</summary>
    internal Func<string, Stream>? CreateFile { get; set; }

    internal PointInTimeJoinOptions Copy()
    {
        if (MemoryLimit is { } limit)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1 << 20, nameof(MemoryLimit));
        }

        return new PointInTimeJoinOptions { MemoryLimit = MemoryLimit, SpillFolder = SpillFolder, CreateFile = CreateFile };
    }
}
