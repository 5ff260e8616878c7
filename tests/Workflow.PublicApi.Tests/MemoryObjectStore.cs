using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Workflow.Data.Storage;

namespace Workflow.PublicApi.Tests;

/// <summary>An object store as a user would write one: everything in memory.</summary>
internal sealed class MemoryObjectStore : IObjectStore
{
    private readonly ConcurrentDictionary<ContentDigest, byte[]> _objects = new();

    public async Task<ContentDigest> PutAsync(Stream content, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy, cancellationToken);
        var bytes = copy.ToArray();
        var digest = ContentDigest.Of(bytes);
        _objects[digest] = bytes;
        return digest;
    }

    public Task<Stream> OpenReadAsync(ContentDigest digest, CancellationToken cancellationToken = default)
    {
        if (!_objects.TryGetValue(digest, out var bytes))
        {
            throw new ObjectNotFoundException(digest, "memory");
        }

        var actual = ContentDigest.Of(bytes);
        return actual == digest ? Task.FromResult<Stream>(new MemoryStream(bytes, writable: false)) : throw new CorruptArtifactException("memory", digest, actual);
    }

    public Task<bool> ExistsAsync(ContentDigest digest, CancellationToken cancellationToken = default) => Task.FromResult(_objects.ContainsKey(digest));

    public async IAsyncEnumerable<ContentDigest> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var digest in _objects.Keys)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
            yield return digest;
        }
    }

    /// <summary>Flips a bit, as failing memory would.</summary>
    public void Corrupt(ContentDigest digest)
    {
        var bytes = _objects[digest].ToArray();
        bytes[^1] ^= 1;
        _objects[digest] = bytes;
    }
}
