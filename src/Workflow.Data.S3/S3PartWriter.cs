using System.Buffers;
using System.Collections.Concurrent;
using Amazon.S3;
using Amazon.S3.Model;

namespace Workflow.Data.S3;

/// <summary>Reads a blob part by part and sends a few parts at once. A part lies in memory, so that sending it again reads nothing twice.</summary>
internal sealed class S3PartWriter(AmazonS3Client client, InitiateMultipartUploadRequest begin, string uploadId, long partBytes, int partsAtOnce)
{
    public delegate Task<UploadPartResponse> SendPart(Func<CancellationToken, Task<UploadPartResponse>> send, CancellationToken cancellationToken);

    public async Task<IReadOnlyList<PartETag>> WriteAsync(Stream content, long length, SendPart send, CancellationToken cancellationToken)
    {
        var parts = new ConcurrentBag<PartETag>();
        using var slots = new SemaphoreSlim(partsAtOnce);
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sending = new List<Task>();
        try
        {
            for (var (number, rest) = (1, length); rest > 0; number++)
            {
                await slots.WaitAsync(failed.Token).ConfigureAwait(false);
                var size = (int)Math.Min(partBytes, rest);
                rest -= size;
                var buffer = ArrayPool<byte>.Shared.Rent(size);
                try
                {
                    await content.ReadExactlyAsync(buffer.AsMemory(0, size), failed.Token).ConfigureAwait(false);
                }
                catch
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                    throw;
                }

                sending.Add(SendAsync(number, buffer, size));
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // A part failed: its task tells why.
        }
        finally
        {
            await Task.WhenAll(sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Task.WhenAll(sending).ConfigureAwait(false);
        return [.. parts.OrderBy(static p => p.PartNumber)];

        async Task SendAsync(int number, byte[] buffer, int size)
        {
            try
            {
                using var body = new MemoryStream(buffer, 0, size, writable: false);
                var request = new UploadPartRequest
                {
                    BucketName = begin.BucketName,
                    Key = begin.Key,
                    UploadId = uploadId,
                    PartNumber = number,
                    PartSize = size,
                    InputStream = body,
                    UseChunkEncoding = false,
                };
                var answer = await send(token => client.UploadPartAsync(request, token), failed.Token).ConfigureAwait(false);
                parts.Add(new PartETag(number, answer.ETag));
            }
            catch
            {
                await failed.CancelAsync().ConfigureAwait(false);
                throw;
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
                slots.Release();
            }
        }
    }
}
