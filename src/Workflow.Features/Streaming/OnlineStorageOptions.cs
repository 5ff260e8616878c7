namespace Workflow.Features.Streaming;

/// <summary>Where online features are kept on disk, and how safely.</summary>
public sealed class OnlineStorageOptions
{
    /// <summary>Gets or sets the folder, which one process at a time uses and nothing else writes to; created when missing.</summary>
    public required string Folder { get; set; }

    /// <summary>
    /// Gets or sets how long a batch that was taken in may be without having been flushed to the disk. Zero, the default: never, so
    /// neither a killed process nor a power cut loses it. Otherwise a power cut loses at most what came since the last flush, in whole
    /// batches from the end; a killed process still loses nothing. Flushed by the batch that comes after the time, by a snapshot and by closing.
    /// </summary>
    public TimeSpan FlushAfter { get; set; } = TimeSpan.Zero;

    /// <summary>Gets or sets how large the journal grows, in bytes, until a snapshot takes its place. Default 256 MiB; at least 1.</summary>
    public long SnapshotAfterBytes { get; set; } = 256L << 20;

    /// <summary>Gets or sets what is done with a folder of another definition of the service.</summary>
    public OtherDefinition IfDefinitionDiffers { get; set; } = OtherDefinition.Refuse;
}
