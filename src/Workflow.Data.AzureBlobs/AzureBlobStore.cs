using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Workflow.Data.Storage;
using BlobInfo = Workflow.Data.Storage.BlobInfo;

namespace Workflow.Data.AzureBlobs;

/// <summary>Blobs in a container of Azure Blob Storage, as block blobs. Safe for concurrent use.</summary>
/// <remarks>Long blobs are written in blocks, which become one blob at the end; blocks of a killed writer vanish by themselves after a week.</remarks>
public sealed class AzureBlobStore : IBlobStore
{
    private const int BlocksAtOnce = 4;
    private const int DeletesAtOnce = 16;
    private readonly BlobContainerClient _container;
    private readonly int _blockBytes;
    private readonly TimeSpan _timeout;
    private readonly string _prefix;

    /// <summary>Prepares a client. Asks nobody yet.</summary>
    /// <param name="options">Read now.</param>
    /// <exception cref="ArgumentException">Everything that is wrong in the options.</exception>
    public AzureBlobStore(AzureBlobsOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (new AzureBlobsOptionsValidator().Validate(name: null, options) is { Failed: true } result)
        {
            throw new ArgumentException(result.FailureMessage, nameof(options));
        }

        _container = AzureBlobsClients.Create(options);
        (_blockBytes, _timeout) = (options.BlockBytes, options.Timeout);
        _prefix = options.Prefix.Length == 0 ? "" : options.Prefix + "/";
        Location = $"azure://{options.Container}{(_prefix.Length == 0 ? "" : "/" + options.Prefix)}";
    }

    /// <inheritdoc/>
    public string Location { get; }

    /// <inheritdoc/>
    public async Task<BlobInfo?> FindAsync(string name, CancellationToken cancellationToken = default)
    {
        BlobName.Check(name);
        try
        {
            var properties = await SendAsync(name, token => Blob(name).GetPropertiesAsync(conditions: null, token), cancellationToken).ConfigureAwait(false);
            return new BlobInfo(name, properties.Value.ContentLength, properties.Value.LastModified) { ETag = properties.Value.ETag.ToString("G") };
        }
        catch (BlobNotFoundException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async Task<Stream> OpenReadAsync(string name, long offset = 0, long? length = null, CancellationToken cancellationToken = default)
    {
        BlobName.Check(name);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length ?? 0, nameof(length));
        if (length == 0 || offset > 0)
        {
            // A range of no bytes cannot be asked for, and one that begins behind the end is refused without telling the length.
            var info = await FindAsync(name, cancellationToken).ConfigureAwait(false) ?? throw new BlobNotFoundException(name, Location);
            if (info.Length < offset + (length ?? 0))
            {
                throw TooShort(name, offset, length, info.Length);
            }

            if (length == 0 || offset == info.Length)
            {
                return new ExactLengthStream(Stream.Null, 0, Named(name));
            }
        }

        var options = new BlobDownloadOptions { Range = offset == 0 && length is null ? default : new HttpRange(offset, length) };
        var answer = await SendAsync(name, token => Blob(name).DownloadStreamingAsync(options, token), cancellationToken).ConfigureAwait(false);
        var available = answer.Value.Details.ContentLength;
        if (length is { } wanted && available < wanted)
        {
            answer.Value.Dispose();
            throw TooShort(name, offset, length, offset + available);
        }

        return new ExactLengthStream(answer.Value.Content, available, Named(name), e => AzureBlobsFaults.Explain(e, Location, $"'{name}'"), _timeout);
    }

    /// <inheritdoc/>
    public async Task<bool> PutAsync(string name, Stream content, PutCondition condition = PutCondition.None, CancellationToken cancellationToken = default)
    {
        BlobName.Check(name);
        ArgumentNullException.ThrowIfNull(content);
        cancellationToken.ThrowIfCancellationRequested();
        var options = new BlobUploadOptions
        {
            Conditions = condition == PutCondition.IfAbsent ? new BlobRequestConditions { IfNoneMatch = ETag.All } : null,
            TransferOptions = new StorageTransferOptions { InitialTransferSize = _blockBytes, MaximumTransferSize = _blockBytes, MaximumConcurrency = BlocksAtOnce },
        };
        try
        {
            await SendAsync(name, token => Blob(name).UploadAsync(content, options, token), cancellationToken, condition).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException exception) when (condition == PutCondition.IfAbsent && AzureBlobsFaults.IsPresent(exception))
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BlobInfo> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        BlobName.CheckPrefix(prefix);
        var pages = _container.GetBlobsAsync(new GetBlobsOptions { Prefix = _prefix + prefix }, cancellationToken).AsPages().GetAsyncEnumerator(cancellationToken);
        await using (pages.ConfigureAwait(false))
        {
            while (await SendAsync(prefix, _ => pages.MoveNextAsync().AsTask(), cancellationToken).ConfigureAwait(false))
            {
                foreach (var item in pages.Current.Values)
                {
                    var name = item.Name[_prefix.Length..];
                    if (BlobName.IsValid(name))
                    {
                        yield return new BlobInfo(name, item.Properties.ContentLength ?? 0, item.Properties.LastModified ?? default) { ETag = item.Properties.ETag?.ToString("G") };
                    }
                }
            }
        }
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(names);
        foreach (var name in names)
        {
            BlobName.Check(name);
        }

        var options = new ParallelOptions { MaxDegreeOfParallelism = DeletesAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(names, options, async (name, token) =>
            await SendAsync(name, t => Blob(name).DeleteIfExistsAsync(cancellationToken: t), token).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private BlobClient Blob(string name) => _container.GetBlobClient(_prefix + name);

    private async Task<T> SendAsync<T>(string name, Func<CancellationToken, Task<T>> send, CancellationToken cancellationToken, PutCondition condition = PutCondition.None)
    {
        try
        {
            return await send(cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException exception) when (AzureBlobsFaults.IsMissing(exception))
        {
            throw new BlobNotFoundException(name, Location, exception);
        }
        catch (RequestFailedException exception) when (condition == PutCondition.IfAbsent && AzureBlobsFaults.IsPresent(exception))
        {
            throw;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && AzureBlobsFaults.Explain(exception, Location, $"'{name}'") is { } explained)
        {
            throw new IOException(explained.Message, exception);
        }
    }

    private string Named(string name) => $"'{name}' in '{Location}'";

    private IOException TooShort(string name, long offset, long? length, long total) => new($"{Named(name)} has {total} bytes; {length?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "those"} from {offset} on were asked for.");
}
