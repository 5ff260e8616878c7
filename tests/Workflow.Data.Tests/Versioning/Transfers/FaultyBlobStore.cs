using Workflow.Data.Storage;

namespace Workflow.Data.Versioning.Transfers;

/// <summary>A blob store in memory's stead: a local folder behind a scheme, whose reads and writes can be made to fail.</summary>
internal sealed class FaultyBlobStore(string folder) : IBlobStore, IBlobStoreProvider
{
    private readonly LocalBlobStore _inner = new(folder);
    private int _requests;

    public IReadOnlyList<string> Schemes => ["faulty", "s3"];

    public string Location => "faulty://" + folder;

    /// <summary>Gets or sets what happens to a stream that is read: it breaks after so many bytes, each time.</summary>
    public int? BreaksAfter { get; set; }

    /// <summary>Gets or sets what a write of a blob throws.</summary>
    public Func<string, Exception?> FailsToWrite { get; set; } = static _ => null;

    public int Requests => _requests;

    public int Reads { get; private set; }

    public IBlobStore Open(BlobStoreAddress address) => this;

    public Task<BlobInfo?> FindAsync(string name, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _requests);
        return _inner.FindAsync(name, cancellationToken);
    }

    public async Task<Stream> OpenReadAsync(string name, long offset = 0, long? length = null, CancellationToken cancellationToken = default)
    {
        Reads++;
        Interlocked.Increment(ref _requests);
        var stream = await _inner.OpenReadAsync(name, offset, length, cancellationToken);
        return BreaksAfter is { } limit ? new BreakingStream(stream, limit) : stream;
    }

    public Task<bool> PutAsync(string name, Stream content, PutCondition condition = PutCondition.None, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _requests);
        return FailsToWrite(name) is { } failure ? Task.FromException<bool>(failure) : _inner.PutAsync(name, content, condition, cancellationToken);
    }

    public async IAsyncEnumerable<BlobInfo> ListAsync(string prefix, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // As many requests as pages, as a cloud would count.
        var count = 0;
        await foreach (var blob in _inner.ListAsync(prefix, cancellationToken))
        {
            if (count++ % RemoteListing.PageSize == 0)
            {
                Interlocked.Increment(ref _requests);
            }

            yield return blob;
        }
    }

    public Task DeleteAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken = default) => _inner.DeleteAsync(names, cancellationToken);

    private sealed class BreakingStream(Stream inner, int limit) : Stream
    {
        private int _given;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => inner.Length;

        public override long Position { get => _given; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (_given >= limit)
            {
                throw new IOException("The connection broke.");
            }

            var read = inner.Read(buffer, offset, Math.Min(count, limit - _given));
            _given += read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
