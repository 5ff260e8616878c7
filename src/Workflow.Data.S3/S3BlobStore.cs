using System.Buffers;
using System.Runtime.CompilerServices;
using Amazon.S3;
using Amazon.S3.Model;
using Workflow.Data.Storage;

namespace Workflow.Data.S3;

/// <summary>Blobs in a bucket of Amazon S3 or a server that speaks its protocol. Safe for concurrent use.</summary>
/// <remarks>
/// Long blobs are written in parts, which become one blob at the end. Writing on condition needs a server that honours
/// <c>If-None-Match: *</c>, as Amazon's does. Parts of a writer that was killed stay until the bucket's lifecycle rule removes them.
/// </remarks>
public sealed class S3BlobStore : IBlobStore, IDisposable
{
    private const int KeysPerDelete = 1000;
    private const int MaximumParts = 10_000;
    private const int PartsAtOnce = 4;
    private readonly AmazonS3Client _client;
    private readonly S3Options _options;
    private readonly string _prefix;

    /// <summary>Prepares a client. Asks nobody yet.</summary>
    /// <param name="options">Copied as they are now.</param>
    /// <exception cref="ArgumentException">Everything that is wrong in the options.</exception>
    public S3BlobStore(S3Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (new S3OptionsValidator().Validate(name: null, options) is { Failed: true } result)
        {
            throw new ArgumentException(result.FailureMessage, nameof(options));
        }

        _options = S3Clients.Copy(options);
        _client = S3Clients.Create(_options);
        _prefix = _options.Prefix.Length == 0 ? "" : _options.Prefix + "/";
        Location = $"s3://{_options.Bucket}{(_prefix.Length == 0 ? "" : "/" + _options.Prefix)}";
    }

    /// <inheritdoc/>
    public string Location { get; }

    /// <inheritdoc/>
    public async Task<BlobInfo?> FindAsync(string name, CancellationToken cancellationToken = default)
    {
        BlobName.Check(name);
        var request = new GetObjectMetadataRequest { BucketName = _options.Bucket, Key = _prefix + name };
        try
        {
            var answer = await SendAsync(name, token => _client.GetObjectMetadataAsync(request, token), cancellationToken).ConfigureAwait(false);
            return new BlobInfo(name, answer.ContentLength, answer.LastModified?.ToUniversalTime() ?? default(DateTimeOffset)) { ETag = answer.ETag?.Trim('"') };
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

        var request = new GetObjectRequest { BucketName = _options.Bucket, Key = _prefix + name };
        if (offset > 0 || length is not null)
        {
            request.ByteRange = length is null ? new ByteRange($"bytes={offset}-") : new ByteRange(offset, offset + length.Value - 1);
        }

        var answer = await SendAsync(name, token => _client.GetObjectAsync(request, token), cancellationToken).ConfigureAwait(false);
        if (length is { } wanted && answer.ContentLength < wanted)
        {
            answer.Dispose();
            throw TooShort(name, offset, length, offset + answer.ContentLength);
        }

        return new ExactLengthStream(answer.ResponseStream, answer.ContentLength, Named(name), e => S3Faults.Explain(e, Location, $"'{name}'"), _options.Timeout);
    }

    /// <inheritdoc/>
    public async Task<bool> PutAsync(string name, Stream content, PutCondition condition = PutCondition.None, CancellationToken cancellationToken = default)
    {
        BlobName.Check(name);
        ArgumentNullException.ThrowIfNull(content);
        cancellationToken.ThrowIfCancellationRequested();
        var length = content.Length - content.Position;
        try
        {
            if (length > _options.PartBytes)
            {
                await PutPartsAsync(name, content, length, condition, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await PutWholeAsync(name, content, (int)length, condition, cancellationToken).ConfigureAwait(false);
            }

            return true;
        }
        catch (AmazonS3Exception exception) when (condition == PutCondition.IfAbsent && S3Faults.IsPresent(exception))
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BlobInfo> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        BlobName.CheckPrefix(prefix);
        var request = new ListObjectsV2Request { BucketName = _options.Bucket, Prefix = _prefix + prefix };
        bool hasMore;
        do
        {
            var page = await SendAsync(prefix, token => _client.ListObjectsV2Async(request, token), cancellationToken).ConfigureAwait(false);
            foreach (var entry in page.S3Objects ?? [])
            {
                var name = entry.Key[_prefix.Length..];
                if (BlobName.IsValid(name))
                {
                    yield return new BlobInfo(name, entry.Size ?? 0, entry.LastModified?.ToUniversalTime() ?? default(DateTimeOffset)) { ETag = entry.ETag?.Trim('"') };
                }
            }

            request.ContinuationToken = page.NextContinuationToken;
            hasMore = page.IsTruncated == true;
        }
        while (hasMore);
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(names);
        foreach (var name in names)
        {
            BlobName.Check(name);
        }

        foreach (var chunk in names.Distinct(StringComparer.Ordinal).Chunk(KeysPerDelete))
        {
            var request = new DeleteObjectsRequest { BucketName = _options.Bucket, Objects = [.. chunk.Select(n => new KeyVersion { Key = _prefix + n })], Quiet = true };
            try
            {
                await SendAsync(chunk[0], token => _client.DeleteObjectsAsync(request, token), cancellationToken).ConfigureAwait(false);
            }
            catch (DeleteObjectsException exception)
            {
                var errors = exception.Response.DeleteErrors ?? [];
                throw new IOException($"{errors.Count} blobs in '{Location}' could not be deleted, the first of them '{errors.FirstOrDefault()?.Key}': {errors.FirstOrDefault()?.Message}", exception);
            }
        }
    }

    /// <summary>Lets go of the connections.</summary>
    public void Dispose() => _client.Dispose();

    private async Task PutWholeAsync(string name, Stream content, int length, PutCondition condition, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            await content.ReadExactlyAsync(buffer.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
            using var body = new MemoryStream(buffer, 0, length, writable: false);
            var request = new PutObjectRequest
            {
                BucketName = _options.Bucket,
                Key = _prefix + name,
                InputStream = body,
                AutoCloseStream = false,
                UseChunkEncoding = false,
                IfNoneMatch = condition == PutCondition.IfAbsent ? "*" : null,
                ServerSideEncryptionMethod = ServerSideEncryptionMethod.FindValue(_options.ServerSideEncryption ?? ""),
                ServerSideEncryptionKeyManagementServiceKeyId = _options.KmsKeyId,
            };
            await SendAsync(name, token => _client.PutObjectAsync(request, token), cancellationToken, condition).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task PutPartsAsync(string name, Stream content, long length, PutCondition condition, CancellationToken cancellationToken)
    {
        if (condition == PutCondition.IfAbsent && await FindAsync(name, cancellationToken).ConfigureAwait(false) is not null)
        {
            throw new AmazonS3Exception("there is such a blob") { StatusCode = System.Net.HttpStatusCode.PreconditionFailed };
        }

        var begin = new InitiateMultipartUploadRequest
        {
            BucketName = _options.Bucket,
            Key = _prefix + name,
            ServerSideEncryptionMethod = ServerSideEncryptionMethod.FindValue(_options.ServerSideEncryption ?? ""),
            ServerSideEncryptionKeyManagementServiceKeyId = _options.KmsKeyId,
        };
        var upload = await SendAsync(name, token => _client.InitiateMultipartUploadAsync(begin, token), cancellationToken).ConfigureAwait(false);
        try
        {
            var parts = await new S3PartWriter(_client, begin, upload.UploadId, Math.Max(_options.PartBytes, (length + MaximumParts - 1) / MaximumParts), PartsAtOnce)
                .WriteAsync(content, length, (send, token) => SendAsync(name, send, token), cancellationToken).ConfigureAwait(false);
            var end = new CompleteMultipartUploadRequest
            {
                BucketName = _options.Bucket,
                Key = _prefix + name,
                UploadId = upload.UploadId,
                PartETags = [.. parts],
                IfNoneMatch = condition == PutCondition.IfAbsent ? "*" : null,
            };
            await SendAsync(name, token => _client.CompleteMultipartUploadAsync(end, token), cancellationToken, condition).ConfigureAwait(false);
        }
        catch
        {
            await AbortAsync(name, upload.UploadId).ConfigureAwait(false);
            throw;
        }
    }

    private async Task AbortAsync(string name, string uploadId)
    {
        try
        {
            await _client.AbortMultipartUploadAsync(_options.Bucket, _prefix + name, uploadId, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (S3Faults.Explain(exception, Location, name) is not null)
        {
            // The first failure is the one to tell of; the bucket's lifecycle rule removes the parts.
        }
    }

    private async Task<T> SendAsync<T>(string name, Func<CancellationToken, Task<T>> send, CancellationToken cancellationToken, PutCondition condition = PutCondition.None)
    {
        try
        {
            return await send(cancellationToken).ConfigureAwait(false);
        }
        catch (AmazonS3Exception exception) when (S3Faults.IsMissing(exception))
        {
            throw new BlobNotFoundException(name, Location, exception);
        }
        catch (DeleteObjectsException)
        {
            throw;
        }
        catch (AmazonS3Exception exception) when (condition == PutCondition.IfAbsent && S3Faults.IsPresent(exception))
        {
            throw;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && S3Faults.Explain(exception, Location, $"'{name}'") is { } explained)
        {
            throw new IOException(explained.Message, exception);
        }
    }

    private string Named(string name) => $"'{name}' in '{Location}'";

    private IOException TooShort(string name, long offset, long? length, long total) => new($"{Named(name)} has {total} bytes; {length?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "those"} from {offset} on were asked for.");
}
