namespace Workflow.Data.Chunking;

/// <summary>Settings of a <see cref="ChunkStore"/>. Read once, when the store is made.</summary>
public sealed class ChunkStoreOptions
{
    /// <summary>
    /// Gets or sets who gives the key of an encrypted store: exactly 32 bytes, asked for once per store. Null, the default: not encrypted.
    /// A store is encrypted from its first push or never; the key cannot be changed. Who loses it has lost the content.
    /// </summary>
    public Func<CancellationToken, ValueTask<ReadOnlyMemory<byte>>>? KeyProvider { get; set; }

    /// <summary>
    /// Gets or sets the file that holds the key, instead of <see cref="KeyProvider"/>: 32 bytes, or text of 64 hexadecimal digits or of base64.
    /// Null, the default: none.
    /// </summary>
    public string? KeyFile { get; set; }

    /// <summary>Gets or sets the name of the environment variable that holds the key as text, instead of <see cref="KeyProvider"/>. Null, the default: none.</summary>
    public string? KeyVariable { get; set; }

    /// <summary>
    /// Gets or sets the Zstandard level of new chunks, 1 to 19; 0, the default, stores them as they are. A chunk is kept compressed only where
    /// that saves a sixteenth. Any program reads any mixture.
    /// </summary>
    public int CompressionLevel { get; set; }

    /// <summary>
    /// Gets or sets a folder for copies of manifests and indexes, so that a new process needs no request for what it has seen before.
    /// Null, the default: none. Of an encrypted store it holds only sealed bytes. It may be deleted at any time and shared by stores and processes.
    /// </summary>
    public string? CacheFolder { get; set; }

    /// <summary>Gets or sets how many files are read, or packs fetched, at the same time. Default the number of processors; 1 to 256.</summary>
    public int MaxParallelism { get; set; } = Math.Min(Environment.ProcessorCount, 256);

    /// <summary>
    /// Gets or sets how many packs are on their way at the same time. Default 2; 1 to 64. A push holds one pack more than that in memory,
    /// each of <see cref="MaxPackBytes"/>.
    /// </summary>
    public int MaxUploads { get; set; } = 2;

    /// <summary>Gets or sets the length at which a pack is full, in bytes. Default and most 64 MiB; at least 1 MiB.</summary>
    public int MaxPackBytes { get; set; } = PackFormat.MaximumBytes;

    /// <summary>
    /// Gets or sets how long unused packs and superseded manifests stay. Default 14 days. All users of one store have to agree on it: nobody's
    /// push may pause for longer than half of it. Zero is for stores that nobody else uses at the time.
    /// </summary>
    public TimeSpan GracePeriod { get; set; } = TimeSpan.FromDays(14);

    /// <summary>Gets who gives the key, wherever it is kept; null: not encrypted.</summary>
    internal Func<CancellationToken, ValueTask<ReadOnlyMemory<byte>>>? Key => KeyProvider
        ?? (KeyFile is { } file ? token => ChunkKeySource.ReadFileAsync(file, token)
            : KeyVariable is { } variable ? _ => ValueTask.FromResult(ChunkKeySource.ReadVariable(variable))
            : null);

    internal ChunkStoreOptions Clone() => (ChunkStoreOptions)MemberwiseClone();

    internal void Validate()
    {
        if (new object?[] { KeyProvider, KeyFile, KeyVariable }.Count(static k => k is not null) > 1)
        {
            throw new ArgumentException($"A chunk store has one key: set one of {nameof(KeyProvider)}, {nameof(KeyFile)} and {nameof(KeyVariable)}.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(CompressionLevel, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(CompressionLevel, 19);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxParallelism, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxParallelism, 256);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxUploads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxUploads, 64);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxPackBytes, 1 << 20);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxPackBytes, PackFormat.MaximumBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(GracePeriod, TimeSpan.Zero);
    }
}
