using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Workflow.Inference.AspNetCore.Protocol;

/// <summary>Reads a request's body into one rented buffer, never more than allowed.</summary>
internal sealed class RequestBody : IDisposable
{
    private const int FirstGuess = 16 << 10;
    private byte[] _buffer;

    private RequestBody(byte[] buffer) => _buffer = buffer;

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, Length);

    public static async Task<RequestBody> ReadAsync(HttpRequest request, int maxBytes)
    {
        if (request.Headers.TryGetValue(HeaderNames.ContentEncoding, out var encoding) && encoding != "identity")
        {
            throw new RequestFaultException(
                StatusCodes.Status415UnsupportedMediaType, $"The body is encoded as '{encoding}'. Send it plain, or let the host add app.UseRequestDecompression().");
        }

        if (request.ContentLength > maxBytes)
        {
            throw TooLarge(maxBytes);
        }

        var body = new RequestBody(ArrayPool<byte>.Shared.Rent((int)(request.ContentLength ?? FirstGuess) + 1));
        try
        {
            int read;
            while ((read = await request.Body.ReadAsync(body._buffer.AsMemory(body.Length), request.HttpContext.RequestAborted).ConfigureAwait(false)) > 0)
            {
                body.Length += read;
                if (body.Length > maxBytes)
                {
                    throw TooLarge(maxBytes);
                }

                if (body.Length == body._buffer.Length)
                {
                    body.Grow();
                }
            }

            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        Length = 0;
    }

    private static RequestFaultException TooLarge(int maxBytes) =>
        new(StatusCodes.Status413PayloadTooLarge, $"The body is larger than the {maxBytes} bytes that are allowed. Send fewer rows at once.");

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(2L * _buffer.Length, Array.MaxLength));
        Bytes.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
