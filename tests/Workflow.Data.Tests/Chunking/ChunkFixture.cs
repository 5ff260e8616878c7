using System.Text;
using Workflow.Data.Chunking;
using Workflow.Data.Storage;
using Workflow.Testing.Storage;

namespace Workflow.Data.Tests.Chunking;

/// <summary>A chunk store in memory, and what is easily said with it.</summary>
internal sealed class ChunkFixture : IDisposable
{
    public static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)(i * 7))];

    private readonly TimeProvider? _clock;

    public ChunkFixture(bool isEncrypted = false, int compression = 0, Action<ChunkStoreOptions>? configure = null, MemoryBlobStore? blobs = null, TimeProvider? clock = null)
    {
        Blobs = blobs ?? new MemoryBlobStore(clock);
        Options = new ChunkStoreOptions
        {
            CompressionLevel = compression,
            KeyProvider = isEncrypted ? _ => ValueTask.FromResult<ReadOnlyMemory<byte>>(Key) : null,
            MaxPackBytes = 1 << 20,
            MaxParallelism = 2,
        };
        configure?.Invoke(Options);
        _clock = clock;
        Store = new ChunkStore(Blobs, Options, clock);
    }

    public MemoryBlobStore Blobs { get; }

    public ChunkStoreOptions Options { get; }

    public ChunkStore Store { get; }

    public TemporaryFolder Folder { get; } = new();

    /// <summary>A process that has never seen the store.</summary>
    public ChunkStore Reopen(MemoryBlobStore? blobs = null) => new(blobs ?? Blobs, Options, _clock);

    public ChunkFile File(string name, byte[] content)
    {
        var path = Folder[Convert.ToHexStringLower(Encoding.UTF8.GetBytes(name)) is { Length: > 100 } hex ? hex[..100] : Convert.ToHexStringLower(Encoding.UTF8.GetBytes(name))];
        System.IO.File.WriteAllBytes(path, content);
        return new ChunkFile(name, path);
    }

    public List<ChunkFile> Files(IEnumerable<KeyValuePair<string, byte[]>> contents) => [.. contents.Select(c => File(c.Key, c.Value))];

    public static async Task<byte[]> ReadAsync(IBlobStore store, string name, long offset = 0, long? length = null)
    {
        await using var stream = await store.OpenReadAsync(name, offset, length);
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy);
        return copy.ToArray();
    }

    /// <summary>Everything in a store, read one by one.</summary>
    public static async Task<SortedDictionary<string, byte[]>> ReadAllAsync(IBlobStore store)
    {
        var all = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        await foreach (var blob in store.ListAsync(""))
        {
            all.Add(blob.Name, await ReadAsync(store, blob.Name));
        }

        return all;
    }

    public static void AssertSame(IReadOnlyDictionary<string, byte[]> expected, IReadOnlyDictionary<string, byte[]> actual)
    {
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, bytes) in expected)
        {
            Assert.True(bytes.AsSpan().SequenceEqual(actual[name]), $"'{name}' differs.");
        }
    }

    public static void AssertEqual(ReadOnlyMemory<byte> expected, byte[] actual) => Assert.True(expected.Span.SequenceEqual(actual), "The content differs.");

    public void Dispose()
    {
        Store.Dispose();
        Folder.Dispose();
    }
}
