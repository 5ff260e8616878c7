namespace Workflow.Features.Online.Stores;

/// <summary>Where the embedded store keeps its rows. Bound from <c>Workflow:Features:Online</c>.</summary>
public sealed class EmbeddedOnlineStoreOptions
{
    /// <summary>Gets or sets the folder of the snapshot and the journal; null to keep rows in memory only. A host's default is <c>online</c> under <c>Workflow:Data:Root</c>.</summary>
    public string? Folder { get; set; }

    /// <summary>Gets or sets how many bytes of journal make a new snapshot, if they are also as many as the snapshot has. Default 64 MiB; at least 4 KiB.</summary>
    public long SnapshotAfterBytes { get; set; } = 64 << 20;

    /// <summary>Gets or sets how long to wait for another process to give the folder up. Default 2 seconds.</summary>
    public TimeSpan LockTimeout { get; set; } = TimeSpan.FromSeconds(2);
}
