namespace Workflow.Data.Versioning.Imports;

/// <summary>A file or folder elsewhere that can be imported. Not thread-safe; it is listed, and then recorded or taken.</summary>
internal abstract class UrlSource : IDisposable
{
    /// <summary>Gets what it is called in messages.</summary>
    public abstract string Shown { get; }

    /// <summary>Finds out what is there, without reading content.</summary>
    /// <exception cref="DvcException">Nothing is there, it cannot be reached, or it holds names that cannot be kept.</exception>
    public abstract Task<SourceListing> ListAsync(CancellationToken cancellationToken);

    /// <summary>Gets what is kept of the source. Reads content only where it is on this machine.</summary>
    public abstract Task<SourceRecord> RecordAsync(SourceListing listing, CancellationToken cancellationToken);

    /// <summary>Takes the content.</summary>
    /// <param name="listing">What is there.</param>
    /// <param name="sink">Where it goes.</param>
    /// <param name="isKept">Tells of paths in a folder whether they become part of the output.</param>
    /// <param name="cancellationToken">Observed between files, and within large ones.</param>
    /// <exception cref="DvcException">It changed meanwhile, or did not come whole.</exception>
    public abstract Task<SourceContents> TakeAsync(SourceListing listing, ContentSink sink, Func<string, bool> isKept, CancellationToken cancellationToken);

    public void Dispose()
    {
        Dispose(isDisposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool isDisposing)
    {
    }
}
