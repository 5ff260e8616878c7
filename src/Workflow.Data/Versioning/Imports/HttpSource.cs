using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Workflow.Data.Storage;
using Workflow.Data.Versioning.Objects;
using Workflow.Data.Versioning.Transfers;

namespace Workflow.Data.Versioning.Imports;

/// <summary>A file at an address of http. There are no folders there: nothing lists them.</summary>
/// <param name="given">The host's client, which stays open; null: one of our own.</param>
/// <param name="address">The address as it was written.</param>
/// <param name="timeProvider">For waiting.</param>
/// <param name="meter">Told of what comes.</param>
internal sealed class HttpSource(HttpClient? given, Uri address, TimeProvider timeProvider, TransferMeter meter) : StreamedSource(timeProvider, meter, jobs: 1)
{
    private const int MaximumRedirects = 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly HttpClient _client = given ?? CreateClient();
    private HttpMark? _mark;

    public override string Shown { get; } = DataRemote.Redact(address.OriginalString);

    public override async Task<SourceListing> ListAsync(CancellationToken cancellationToken)
    {
        _mark = await RetryAsync(async () =>
        {
            using (var head = await SendAsync(HttpMethod.Head, offset: 0, cancellationToken).ConfigureAwait(false))
            {
                if (head.IsSuccessStatusCode)
                {
                    return HttpMark.Of(address.OriginalString, head);
                }
            }

            // Some servers answer this question only together with the content.
            using var answer = await SendAsync(HttpMethod.Get, offset: 0, cancellationToken).ConfigureAwait(false);
            return answer.IsSuccessStatusCode ? HttpMark.Of(address.OriginalString, answer) : throw Refused(answer);
        }, cancellationToken).ConfigureAwait(false);
        return new SourceListing(IsFolder: false, [new SourceFile("", _mark.Length, _mark.Checksum)]);
    }

    public override Task<SourceRecord> RecordAsync(SourceListing listing, CancellationToken cancellationToken) =>
        Task.FromResult(new SourceRecord(SourceRecord.ChecksumKey, listing.Files[0].Mark!, listing.Files[0].Length, FileCount: null, IsExecutable: false));

    protected override async Task<(Stream Stream, long Start)> OpenAsync(SourceFile file, long offset, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(HttpMethod.Get, offset, cancellationToken).ConfigureAwait(false);
        try
        {
            if (!answer.IsSuccessStatusCode)
            {
                throw Refused(answer);
            }

            var isRest = answer.StatusCode == HttpStatusCode.PartialContent && answer.Content.Headers.ContentRange?.From == offset;
            var now = HttpMark.Of(address.OriginalString, answer);
            if (_mark!.ETag is { } expected && now.ETag is { } actual && expected != actual)
            {
                throw new DvcException($"'{Shown}' changed while it was read: its ETag was {expected} and is {actual}. Run the command again.");
            }

            var body = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            var length = answer.Content.Headers.ContentLength;
            var stream = length is { } promised ? new ExactLengthStream(body, promised, $"'{Shown}'", Explain, Patience) : body;
            return (new AnswerStream(stream, answer), isRest ? offset : 0);
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    protected override Task CheckAsync(SourceFile file, Md5Hash md5, CancellationToken cancellationToken)
    {
        if (_mark!.ContentMd5 is { } promised && Convert.TryFromBase64String(promised, stackalloc byte[Md5Hash.HexLength], out var length) && length == Md5Hash.HexLength / 2
            && !Convert.FromBase64String(promised).AsSpan().SequenceEqual(Convert.FromHexString(md5.ToString())))
        {
            throw new DvcException($"'{Shown}' promised content with the MD5 {Convert.ToHexStringLower(Convert.FromBase64String(promised))}, and gave {md5}. Nothing was imported.");
        }

        return Task.CompletedTask;
    }

    protected override void Dispose(bool isDisposing)
    {
        if (given is null)
        {
            _client.Dispose();
        }

        base.Dispose(isDisposing);
    }

    private static HttpClient CreateClient() => new(new SocketsHttpHandler
    {
        AutomaticDecompression = DecompressionMethods.None,
        MaxAutomaticRedirections = MaximumRedirects,
        ConnectTimeout = TimeSpan.FromSeconds(30),
    })
    { Timeout = Patience };

    // Faults that may pass become one that is tried again.
    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, long offset, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, address);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "identity");
        if (offset > 0 && _mark?.ETag is { } mark && EntityTagHeaderValue.TryParse(mark, out var tag) && !tag.IsWeak)
        {
            request.Headers.Range = new RangeHeaderValue(offset, null);
            request.Headers.IfRange = new RangeConditionHeaderValue(tag);
        }

        HttpResponseMessage answer;
        try
        {
            answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"no answer within {_client.Timeout.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s.", exception);
        }

        if (answer.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout)
        {
            using (answer)
            {
                throw new IOException($"the server answered {Code(answer)}.");
            }
        }

        return answer;
    }

    private static IOException? Explain(Exception exception) => exception is HttpRequestException or HttpIOException ? new IOException(exception.Message, exception) : null;

    private DvcException Refused(HttpResponseMessage answer) => new(answer.StatusCode switch
    {
        HttpStatusCode.NotFound or HttpStatusCode.Gone => $"'{Shown}' does not exist: the server answered {Code(answer)}.",
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.ProxyAuthenticationRequired => $"The server refuses to give '{Shown}': {Code(answer)}. Give the repository a client that has the right to read it (DataRepository.WithHttpClient).",
        >= HttpStatusCode.Ambiguous and < HttpStatusCode.BadRequest => $"'{Shown}' leads from address to address, more than {MaximumRedirects} times or from https to http: the last answer was {Code(answer)}.",
        _ => $"'{Shown}' cannot be imported: the server answered {Code(answer)}.",
    });

    private static string Code(HttpResponseMessage answer) => string.Create(CultureInfo.InvariantCulture, $"{(int)answer.StatusCode} {answer.ReasonPhrase}");
}
