using Workflow.Data.Storage;

namespace Workflow.Data.Versioning.Imports;

/// <summary>A store under <c>fake://</c> that lists what a test wants, names that lead elsewhere among it.</summary>
internal sealed class ListedBlobStore(params IReadOnlyList<(string Name, string Content, string? Mark)> blobs) : IBlobStore, IBlobStoreProvider
{
    public IReadOnlyList<string> Schemes => ["fake"];

    public string Location => "fake://store";

    /// <summary>Gets or sets what an object's mark becomes once it was read.</summary>
    public string? MarkAfterReading { get; set; }

    public IBlobStore Open(BlobStoreAddress address) => this;

    public Task<BlobInfo?> FindAsync(string name, CancellationToken cancellationToken = default) =>
        Task.FromResult(blobs.Where(b => b.Name == name).Select(Info).FirstOrDefault());

    public Task<Stream> OpenReadAsync(string name, long offset = 0, long? length = null, CancellationToken cancellationToken = default)
    {
        _hasRead = true;
        return Task.FromResult<Stream>(new MemoryStream([.. System.Text.Encoding.UTF8.GetBytes(blobs.Single(b => b.Name == name).Content).Skip((int)offset)]));
    }

    public async IAsyncEnumerable<BlobInfo> ListAsync(string prefix, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        foreach (var blob in blobs.Where(b => b.Name.StartsWith(prefix, StringComparison.Ordinal)))
        {
            yield return Info(blob);
        }
    }

    public Task<bool> PutAsync(string name, Stream content, PutCondition condition = PutCondition.None, CancellationToken cancellationToken = default) => throw new InvalidOperationException("Nothing is written here.");

    public Task DeleteAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken = default) => throw new InvalidOperationException("Nothing is deleted here.");

    private bool _hasRead;

    private BlobInfo Info((string Name, string Content, string? Mark) blob) =>
        new(blob.Name, blob.Content.Length, DateTimeOffset.UnixEpoch) { ETag = _hasRead && MarkAfterReading is not null ? MarkAfterReading : blob.Mark };
}
