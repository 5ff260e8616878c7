using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Workflow.Data.Metadata;
using Workflow.Numerics.Random;

namespace Workflow.Data.Registry.Webhooks;

/// <summary>Delivers what the journal holds. Safe for concurrent use; several processes may share one journal.</summary>
/// <remarks>
/// <para>At least once: what a crash interrupts is delivered again, with the same id. Not in order: the payload's <c>generation</c> says which
/// of two moves of an alias is the later one.</para>
/// <para>Tried again after a pause that doubles: no answer, 408, 425, 429 (its <c>Retry-After</c> is kept to) and 5xx. Given up at once: any other
/// answer that is not 2xx, redirects included; a host that is no longer allowed; a secret that is missing is tried again, since another
/// process may have it.</para>
/// </remarks>
public sealed class WebhookDispatcher : IDisposable
{
    private const int MaxAtOnce = 8;
    private readonly WebhookJournal _journal;
    private readonly WebhookOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly HttpClient? _client;
    private readonly WebhookSend _send;

    /// <summary>Delivers the messages of one registry.</summary>
    /// <param name="database">The registry's database. Borrowed.</param>
    /// <param name="options">Kept; not to be changed afterwards.</param>
    /// <param name="timeProvider">The clock of timestamps and time-outs; the system's when null.</param>
    /// <param name="logger">Told of failures, without addresses and secrets.</param>
    public WebhookDispatcher(MetadataDatabase database, WebhookOptions options, TimeProvider? timeProvider = null, ILogger<WebhookDispatcher>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(options);
        WebhookOptionsValidator.Require(options);
        _journal = new WebhookJournal(database, options);
        (_options, _timeProvider, _logger) = (options, timeProvider ?? TimeProvider.System, logger ?? NullLogger<WebhookDispatcher>.Instance);
        _client = options.Send is null ? NewClient() : null;
        _send = options.Send ?? SendAsync;
    }

    /// <summary>Tries everything that is due, and forgets what ended long ago.</summary>
    /// <param name="cancellationToken">Ends attempts that are under way; they will be tried again.</param>
    /// <returns>What became of it.</returns>
    public async Task<WebhookReport> DeliverDueAsync(CancellationToken cancellationToken = default)
    {
        var (delivered, postponed, failed) = (0, 0, 0);
        while (true)
        {
            var claims = await _journal.ClaimAsync(MaxAtOnce, cancellationToken).ConfigureAwait(false);
            if (claims.IsEmpty)
            {
                break;
            }

            foreach (var outcome in await Task.WhenAll(claims.Select(claim => DeliverAsync(claim, cancellationToken))).ConfigureAwait(false))
            {
                (delivered, postponed, failed) = outcome.Status switch
                {
                    WebhookDeliveryStatus.Delivered => (delivered + 1, postponed, failed),
                    WebhookDeliveryStatus.Pending => (delivered, postponed + 1, failed),
                    _ => (delivered, postponed, failed + 1),
                };
            }
        }

        if (delivered + failed > 0)
        {
            await _journal.PruneAsync(cancellationToken).ConfigureAwait(false);
        }

        return new WebhookReport(delivered, postponed, failed);
    }

    /// <inheritdoc/>
    public void Dispose() => _client?.Dispose();

    private async Task<WebhookOutcome> DeliverAsync(WebhookClaim claim, CancellationToken cancellationToken)
    {
        var outcome = await TryAsync(claim, cancellationToken).ConfigureAwait(false);
        await _journal.RecordAsync(claim, outcome, cancellationToken).ConfigureAwait(false);
        if (outcome.Status is WebhookDeliveryStatus.Failed)
        {
            _logger.DeliveryFailed(claim.Id, claim.Webhook, claim.Attempt, outcome.Problem);
        }
        else if (outcome.Status is WebhookDeliveryStatus.Pending)
        {
            _logger.DeliveryPostponed(claim.Id, claim.Webhook, claim.Attempt, outcome.Pause, outcome.Problem);
        }

        return outcome;
    }

    private async Task<WebhookOutcome> TryAsync(WebhookClaim claim, CancellationToken cancellationToken)
    {
        if (await _journal.TargetAsync(claim, cancellationToken).ConfigureAwait(false) is not { } target)
        {
            return GiveUp("The webhook was removed.");
        }

        // Looked at again: the list may have become shorter, and somebody may have edited the database.
        if (WebhookTarget.Problem(target.Url, _options) is { } problem)
        {
            return GiveUp(problem);
        }

        if (!_options.Secrets.TryGetValue(target.Webhook.Secret, out var secret) || WebhookSignature.KeyOf(secret) is not { } key)
        {
            return Postpone(claim, $"There is no secret '{target.Webhook.Secret}' in this process.");
        }

        using var timeout = new CancellationTokenSource(_options.Timeout, _timeProvider);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            using var request = Request(claim, target.Url, key);
            using var response = await _send(request, linked.Token).ConfigureAwait(false);
            return Judge(claim, response);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever a host's own way of sending throws, the other deliveries go on. The exception's text could tell the address.
            return Postpone(claim, timeout.IsCancellationRequested ? $"No answer within {_options.Timeout}." : $"The receiver cannot be reached ({(e as HttpRequestException)?.HttpRequestError.ToString() ?? e.GetType().Name}).");
        }
    }

    private HttpRequestMessage Request(WebhookClaim claim, string url, byte[] key)
    {
        var body = Encoding.UTF8.GetBytes(claim.Payload);
        var seconds = _timeProvider.GetUtcNow().ToUnixTimeSeconds();
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add(WebhookSignature.IdHeader, claim.Id);
        request.Headers.Add(WebhookSignature.TimestampHeader, seconds.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add(WebhookSignature.SignatureHeader, WebhookSignature.Sign(key, claim.Id, seconds, body));
        return request;
    }

    private WebhookOutcome Judge(WebhookClaim claim, HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        if (response.IsSuccessStatusCode)
        {
            return new WebhookOutcome(WebhookDeliveryStatus.Delivered, TimeSpan.Zero, status, null);
        }

        var problem = string.Create(CultureInfo.InvariantCulture, $"The receiver answered {status}.");
        var isTransient = status >= 500 || response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || status == 425;
        var outcome = isTransient ? Postpone(claim, problem) : GiveUp(problem);
        var wish = response.Headers.RetryAfter?.Delta ?? TimeSpan.Zero;
        return outcome with { HttpStatus = status, Pause = wish > outcome.Pause ? (wish < _options.LongestPause ? wish : _options.LongestPause) : outcome.Pause };
    }

    private WebhookOutcome Postpone(WebhookClaim claim, string problem)
    {
        if (claim.Attempt >= _options.MaxAttempts)
        {
            return GiveUp($"{problem} That was attempt {claim.Attempt} of {_options.MaxAttempts}.");
        }

        // Between half of it and all of it, so that receivers are not met by everybody at once when they come back.
        var doubled = _options.FirstPause * Math.Pow(2, Math.Min(claim.Attempt - 1, 40));
        var pause = doubled < _options.LongestPause ? doubled : _options.LongestPause;
        var random = new Philox(claim.Attempt, claim.Id);
        return new WebhookOutcome(WebhookDeliveryStatus.Pending, pause * (0.5 + (0.5 * random.NextDouble())), null, problem);
    }

    private static WebhookOutcome GiveUp(string problem) => new(WebhookDeliveryStatus.Failed, TimeSpan.Zero, null, problem);

    private static HttpClient NewClient() => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = System.Threading.Timeout.InfiniteTimeSpan,
    };

    private Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _client!.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
}
