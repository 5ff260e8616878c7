using System.Runtime.CompilerServices;
using System.Text;
using Workflow.Data.Storage;

namespace Workflow.Testing.Storage;

/// <summary>A blob store in memory that counts its requests and fails where it is told to.</summary>
/// <remarks>Safe for concurrent use. A listing costs one request for each thousand names that are looked at, as with S3.</remarks>
public sealed class MemoryBlobStore : IBlobStore
{
    private const int PageLength = 1000;
    private readonly TimeProvider _clock;
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, (byte[] Content, DateTimeOffset Modified)> _blobs = new(Comparer<string>.Create(CompareUtf8));
    private readonly List<BlobRequest> _requests = [];

    /// <summary>Creates an empty store.</summary>
    /// <param name="timeProvider">Dates the blobs; the system's clock when null.</param>
    public MemoryBlobStore(TimeProvider? timeProvider = null) => _clock = timeProvider ?? TimeProvider.System;

    /// <inheritdoc/>
    public string Location => "memory://";

    /// <summary>Gets or sets which request fails with an <see cref="IOException"/>, counted from 1 from the last <see cref="ClearRequests"/>; all later ones fail too. Null: none.</summary>
    public int? FailAt { get; set; }

    /// <summary>Gets or sets whether the first failing request does its work before it fails, as when only the answer is lost.</summary>
    public bool FailsAfterEffect { get; set; }

    /// <summary>Gets or sets what happens before each request.</summary>
    public Func<BlobRequest, Task>? BeforeRequest { get; set; }

    /// <summary>Gets the requests since the last <see cref="ClearRequests"/>, in order.</summary>
    public IReadOnlyList<BlobRequest> Requests
    {
        get
        {
            lock (_lock)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>Gets the names of all blobs, in order. No request.</summary>
    public IReadOnlyList<string> Names
    {
        get
        {
            lock (_lock)
            {
                return [.. _blobs.Keys];
            }
        }
    }

    /// <summary>Gets a blob's bytes, or replaces them without changing its date. No request.</summary>
    /// <param name="name">A name; to get, of a blob that is there.</param>
    public byte[] this[string name]
    {
        get
        {
            lock (_lock)
            {
                return _blobs[name].Content;
            }
        }

        set
        {
            lock (_lock)
            {
                _blobs[name] = (value, _blobs.TryGetValue(name, out var old) ? old.Modified : _clock.GetUtcNow());
            }
        }
    }

    /// <summary>Begins to count from zero.</summary>
    public void ClearRequests()
    {
        lock (_lock)
        {
            _requests.Clear();
        }
    }

    /// <summary>Makes a copy of everything that is stored, without requests and faults.</summary>
    public MemoryBlobStore Clone()
    {
        var clone = new MemoryBlobStore(_clock);
        lock (_lock)
        {
            foreach (var (name, blob) in _blobs)
            {
                clone._blobs.Add(name, blob);
            }
        }

        return clone;
    }

    /// <inheritdoc/>
    public Task<BlobInfo?> FindAsync(string name, CancellationToken cancellationToken = default)
    {
        CheckName(name);
        return RequestAsync("find", name, 0, () => _blobs.TryGetValue(name, out var blob) ? new BlobInfo(name, blob.Content.Length, blob.Modified) : null, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Stream> OpenReadAsync(string name, long offset = 0, long? length = null, CancellationToken cancellationToken = default)
    {
        CheckName(name);
        return RequestAsync<Stream>(
            "read",
            name,
            0,
            () =>
            {
                if (!_blobs.TryGetValue(name, out var blob))
                {
                    throw new BlobNotFoundException(name, Location);
                }

                ArgumentOutOfRangeException.ThrowIfNegative(offset);
                ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, blob.Content.Length);
                ArgumentOutOfRangeException.ThrowIfGreaterThan(length ?? 0, blob.Content.Length - offset);
                return new MemoryStream(blob.Content, (int)offset, (int)(length ?? blob.Content.Length - offset), writable: false);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<bool> PutAsync(string name, Stream content, PutCondition condition = PutCondition.None, CancellationToken cancellationToken = default)
    {
        CheckName(name);
        ArgumentNullException.ThrowIfNull(content);
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy, cancellationToken);
        var bytes = copy.ToArray();
        return await RequestAsync(
            "put",
            name,
            bytes.Length,
            () =>
            {
                if (condition == PutCondition.IfAbsent)
                {
                    return _blobs.TryAdd(name, (bytes, _clock.GetUtcNow()));
                }

                _blobs[name] = (bytes, _clock.GetUtcNow());
                return true;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BlobInfo> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        var last = "";
        while (true)
        {
            var page = await RequestAsync(
                "list",
                prefix,
                0,
                () => _blobs.Where(b => b.Key.StartsWith(prefix, StringComparison.Ordinal) && (last.Length == 0 || CompareUtf8(b.Key, last) > 0))
                    .Take(PageLength).Select(static b => new BlobInfo(b.Key, b.Value.Content.Length, b.Value.Modified)).ToArray(),
                cancellationToken);
            foreach (var blob in page)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return blob;
            }

            if (page.Length < PageLength)
            {
                yield break;
            }

            last = page[^1].Name;
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(names);
        return names.Count == 0 ? Task.CompletedTask : RequestAsync(
            "delete",
            names.First(),
            0,
            () =>
            {
                foreach (var name in names)
                {
                    _blobs.Remove(name);
                }

                return true;
            },
            cancellationToken);
    }

    private async Task<T> RequestAsync<T>(string operation, string name, long bytes, Func<T> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var request = new BlobRequest(operation, name, bytes);
        await (BeforeRequest?.Invoke(request) ?? Task.CompletedTask);
        lock (_lock)
        {
            _requests.Add(request);
            var fails = _requests.Count >= FailAt;
            if (fails && !(FailsAfterEffect && _requests.Count == FailAt))
            {
                throw new IOException($"The store was made to fail at its request {_requests.Count} ({operation} '{name}').");
            }

            var result = work();
            return fails ? throw new IOException($"The store was made to lose the answer of its request {_requests.Count} ({operation} '{name}').") : result;
        }
    }

    private static int CompareUtf8(string left, string right) => Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right));

    private static void CheckName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (Encoding.UTF8.GetByteCount(name) > 1024 || name.Any(static c => char.IsControl(c) || c == '\\') || name.Split('/').Any(static part => part is "" or "." or ".."))
        {
            throw new ArgumentException($"'{name}' is no name of a blob.", nameof(name));
        }
    }
}
