namespace Workflow.Features.Offline;

/// <summary>Settings of a backfill.</summary>
public sealed class FeatureBackfillOptions
{
    /// <summary>Gets or sets the folder of the manifest and of the files of features; created when missing. One backfill at a time works in it.</summary>
    public required string Folder { get; set; }

    /// <summary>Gets or sets into how many partitions the keys of each entity are split. Default 16; from 1 to 256.</summary>
    /// <remarks>A partition is what is computed again when an event of one of its keys changes, and what is held in memory. Another number computes everything again.</remarks>
    public int Partitions { get; set; } = 16;

    internal FeatureBackfillOptions Copy()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Folder);
        ArgumentOutOfRangeException.ThrowIfLessThan(Partitions, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Partitions, 256);
        return new FeatureBackfillOptions { Folder = Path.GetFullPath(Folder), Partitions = Partitions };
    }
}
