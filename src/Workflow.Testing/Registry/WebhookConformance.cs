using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Workflow.Data.Metadata;
using Workflow.Data.Registry;
using Workflow.Data.Registry.Webhooks;
using Workflow.Testing.Metadata;
using Xunit;

namespace Workflow.Testing.Registry;

/// <summary>What webhooks have to do on every <see cref="MetadataDatabase"/>. Derive a public test class from it.</summary>
public abstract class WebhookConformance
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private readonly SettableClock _clock = new();
    private readonly ConcurrentQueue<JsonNode> _received = [];
    private readonly ConcurrentQueue<string> _ids = [];
    private Func<HttpResponseMessage> _answer = () => new HttpResponseMessage(HttpStatusCode.OK);

    /// <summary>Opens the database under test once more, as another process would. It is empty at the start of a test.</summary>
    /// <param name="timeProvider">The clock of the new object.</param>
    protected abstract MetadataDatabase Open(TimeProvider timeProvider);

    /// <summary>Each move that is watched is told once, signed.</summary>
    [Fact]
    public async Task A_move_is_told_to_those_who_watch_it()
    {
        using var database = Open(_clock);
        var registry = await RegistryConformance.WithVersionsAsync(database, "delay", 2);
        var store = new WebhookStore(database, Options());
        var webhook = await store.AddAsync(Draft("champions", alias: "champion"));
        Assert.Equal(("https://hooks.example.com", "main"), (webhook.Origin, webhook.Secret));
        await store.AddAsync(Draft("champions", alias: "champion"));
        await store.AddAsync(Draft("others", model: "other"));
        await registry.SetAliasAsync(RegistryDrafts.Change("delay", "champion", 1));
        await registry.SetAliasAsync(RegistryDrafts.Change("delay", "challenger", 2));
        await registry.SetAliasAsync(RegistryDrafts.Change("delay", "champion", 1)); // already so
        await registry.SetAliasAsync(RegistryDrafts.Change("delay", "champion", 2));
        await registry.RollbackAsync(RegistryDrafts.Rollback("delay", "champion"));
        await registry.RemoveAliasAsync(RegistryDrafts.Removal("delay", "champion"));

        using var dispatcher = new WebhookDispatcher(database, Options(), _clock);
        Assert.Equal(new WebhookReport(4, 0, 0), await dispatcher.DeliverDueAsync());
        Assert.Equal(new WebhookReport(0, 0, 0), await dispatcher.DeliverDueAsync());
        var told = _received.Select(m => m["data"]!).OrderBy(d => (long)d["generation"]!).ToList();
        Assert.Equal([(1L, null), (2L, 1L), (1L, 2L), (null, (long?)1L)], told.Select(d => ((long?)d["version"], (long?)d["previousVersion"])));
        Assert.All(_received, m => Assert.Equal("model.alias.changed", (string?)m["type"]));
        Assert.All(await store.ListDeliveriesAsync(), d => Assert.Equal((WebhookDeliveryStatus.Delivered, 1, 200L), (d.Status, d.Attempts, d.HttpStatus)));
        await RegistryConformance.RequireIntactAsync(registry);
    }

    /// <summary>What a receiver does not take is tried again, later and later, with the same id, and given up in the end.</summary>
    [Fact]
    public async Task What_is_not_taken_is_tried_again_until_it_is_given_up()
    {
        using var database = Open(_clock);
        var (registry, store) = await WithWebhookAsync(database);
        await registry.SetAliasAsync(RegistryDrafts.Change("delay", "champion", 1));
        var options = Options();
        (options.MaxAttempts, options.FirstPause, options.LongestPause) = (4, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30));
        using var dispatcher = new WebhookDispatcher(database, options, _clock);
        _answer = () => new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
        foreach (var longest in new[] { 10, 20, 30 })
        {
            Assert.Equal(new WebhookReport(0, 1, 0), await dispatcher.DeliverDueAsync());
            var pause = (await store.ListDeliveriesAsync(WebhookDeliveryStatus.Pending)).Single().NextAttemptAt - _clock.GetUtcNow();
            Assert.InRange(pause.TotalSeconds, longest / 2.0, longest);
            _clock.Advance(pause - TimeSpan.FromMilliseconds(1));
            Assert.Equal(new WebhookReport(0, 0, 0), await dispatcher.DeliverDueAsync());
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(new WebhookReport(0, 0, 1), await dispatcher.DeliverDueAsync());
        Assert.Single(_ids.Distinct(StringComparer.Ordinal));
        var failed = Assert.Single(await store.ListDeliveriesAsync(WebhookDeliveryStatus.Failed));
        Assert.Contains("503", failed.Problem, StringComparison.Ordinal);
        _answer = () => new HttpResponseMessage(HttpStatusCode.Accepted);
        Assert.True(await store.RetryAsync(failed.Id));
        Assert.Equal(new WebhookReport(1, 0, 0), await dispatcher.DeliverDueAsync());
        Assert.False(await store.RetryAsync("no such delivery"));
    }

    /// <summary>An answer that no repetition changes is the end at once, redirects too; a wish to wait is kept to.</summary>
    [Fact]
    public async Task Answers_are_judged_by_what_they_mean()
    {
        using var database = Open(_clock);
        var (registry, store) = await WithWebhookAsync(database);
        using var dispatcher = new WebhookDispatcher(database, Options(), _clock);
        foreach (var status in new[] { HttpStatusCode.BadRequest, HttpStatusCode.Gone, HttpStatusCode.Redirect })
        {
            await MoveAsync();
            _answer = () => new HttpResponseMessage(status);
            Assert.Equal(new WebhookReport(0, 0, 1), await dispatcher.DeliverDueAsync());
        }

        await MoveAsync();
        _answer = () =>
        {
            var busy = new HttpResponseMessage(HttpStatusCode.TooManyRequests);
            busy.Headers.RetryAfter = new System.Net.Http.Headers.RetryConditionHeaderValue(TimeSpan.FromMinutes(7));
            return busy;
        };
        Assert.Equal(new WebhookReport(0, 1, 0), await dispatcher.DeliverDueAsync());
        Assert.Equal(TimeSpan.FromMinutes(7), (await store.ListDeliveriesAsync(WebhookDeliveryStatus.Pending)).Single().NextAttemptAt - _clock.GetUtcNow());
        _clock.Advance(TimeSpan.FromMinutes(7));
        _answer = () => throw new HttpRequestException("https://hooks.example.com/token-in-path is down");
        Assert.Equal(new WebhookReport(0, 1, 0), await dispatcher.DeliverDueAsync());
        Assert.All(await store.ListDeliveriesAsync(), d => Assert.DoesNotContain("token", d.Problem, StringComparison.Ordinal));

        // A removed webhook is told no more.
        Assert.True(await store.RemoveAsync("all", "owner"));
        Assert.False(await store.RemoveAsync("all", "owner"));
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(new WebhookReport(0, 0, 0), await dispatcher.DeliverDueAsync());
        await RegistryConformance.RequireIntactAsync(registry);

        async Task MoveAsync()
        {
            var generation = (await registry.GetAliasesAsync("delay")).SingleOrDefault()?.Generation ?? 0;
            await registry.SetAliasAsync(RegistryDrafts.Change("delay", "champion", 1 + (generation % 2)));
        }
    }

    /// <summary>Dispatchers at once deliver each message once; one that vanished is replaced.</summary>
    [Fact]
    public async Task Dispatchers_at_once_share_the_work()
    {
        using var first = Open(_clock);
        using var second = Open(_clock);
        var (registry, _) = await WithWebhookAsync(first);
        for (var i = 0; i < 20; i++)
        {
            await registry.SetAliasAsync(RegistryDrafts.Change("delay", "champion", 1 + (i % 2)));
        }

        using var one = new WebhookDispatcher(first, Options(), _clock);
        using var two = new WebhookDispatcher(second, Options(), _clock);
        var reports = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => (i % 2 == 0 ? one : two).DeliverDueAsync()));
        Assert.Equal(20, reports.Sum(r => r.Delivered));
        Assert.Equal(20, _ids.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(20, _ids.Count);

        // A delivery whose dispatcher died in the middle of an attempt.
        await registry.SetAliasAsync(RegistryDrafts.Change("delay", "champion", 1));
        await first.WriteAsync((t, token) => t.ExecuteAsync(
            $"UPDATE data_webhook_deliveries SET attempts = 1, next_attempt_at = {t.Now + TimeSpan.FromSeconds(40)} WHERE status = 'Pending'", token));
        Assert.Equal(0, (await two.DeliverDueAsync()).Delivered);
        _clock.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal(1, (await two.DeliverDueAsync()).Delivered);
    }

    /// <summary>Only listed hosts are called, over https; loopback needs no entry. What is refused is not stored.</summary>
    /// <param name="url">An address that may not be called.</param>
    [Theory]
    [InlineData("http://hooks.example.com/x")]
    [InlineData("https://example.com/x")]
    [InlineData("https://hooks.example.com.evil.org/x")]
    [InlineData("https://evilhooks.example.com/x")]
    [InlineData("https://user:p4ssw0rd@hooks.example.com/x")]
    [InlineData("https://wild.example.org.evil.org/")]
    [InlineData("https://example.org/")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://10.0.0.1/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("/relative")]
    [InlineData("")]
    public async Task Other_targets_are_refused(string url)
    {
        using var database = Open(_clock);
        var store = new WebhookStore(database, Options());
        var draft = Draft("bad");
        draft.Url = url;
        var error = await Assert.ThrowsAsync<ArgumentException>(() => store.AddAsync(draft));
        Assert.DoesNotContain("p4ssw0rd", error.Message, StringComparison.Ordinal);
        Assert.Empty(await store.ListAsync());
        foreach (var good in new[] { "http://127.0.0.1:5000/x", "http://localhost/x", "https://[::1]/", "https://a.wild.example.org/x" })
        {
            draft.Url = good;
            await store.AddAsync(draft);
            await store.RemoveAsync(draft.Name, "owner");
        }

        draft.Secret = "unknown";
        await Assert.ThrowsAsync<ArgumentException>(() => store.AddAsync(draft));
    }

    /// <summary>The log holds neither address nor secret, and still any change of the address is found; one that the list no longer allows is not called.</summary>
    [Fact]
    public async Task A_forged_address_is_found_and_not_called()
    {
        using var database = Open(_clock);
        var (registry, store) = await WithWebhookAsync(database);
        await foreach (var entry in registry.ReadAuditAsync())
        {
            Assert.DoesNotContain("token-in-path", entry.Details, StringComparison.Ordinal);
            Assert.DoesNotContain(Secret, entry.Details, StringComparison.Ordinal);
        }

        await registry.SetAliasAsync(RegistryDrafts.Change("delay", "champion", 1));
        await database.WriteAsync((t, token) => t.ExecuteAsync($"UPDATE data_webhook_targets SET url = 'http://10.0.0.1/'", token));
        Assert.Contains("address", (await registry.VerifyAuditAsync()).FirstFault?.What, StringComparison.Ordinal);
        using var dispatcher = new WebhookDispatcher(database, Options(), _clock);
        Assert.Equal(new WebhookReport(0, 0, 1), await dispatcher.DeliverDueAsync());
        Assert.Empty(_received);
        Assert.Contains("10.0.0.1", (await store.ListDeliveriesAsync()).Single().Problem, StringComparison.Ordinal);
    }

    private static WebhookDraft Draft(string name, string? model = null, string? alias = null) =>
        new() { Name = name, Url = "https://hooks.example.com/token-in-path", Secret = "main", Model = model, Alias = alias, Actor = "owner" };

    private static async Task<HttpResponseMessage> AnswerAsync(WebhookConformance test, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
        string? Header(string name) => request.Headers.TryGetValues(name, out var values) ? string.Join(' ', values) : null;
        Assert.True(WebhookSignature.Verify(Secret, Header, body, test._clock));
        Assert.False(WebhookSignature.Verify("another secret of enough bytes", Header, body, test._clock));
        Assert.False(WebhookSignature.Verify(Secret, Header, [.. body, (byte)' '], test._clock));
        test._ids.Enqueue(Header(WebhookSignature.IdHeader)!);
        var answer = test._answer();
        if (answer.IsSuccessStatusCode)
        {
            test._received.Enqueue(JsonNode.Parse(body)!);
        }

        return answer;
    }

    private WebhookOptions Options() => new()
    {
        AllowedHosts = { "hooks.example.com", "*.wild.example.org" },
        Secrets = { ["main"] = Secret },
        Send = (request, token) => AnswerAsync(this, request, token),
    };

    private async Task<(ModelRegistry Registry, WebhookStore Store)> WithWebhookAsync(MetadataDatabase database)
    {
        var registry = await RegistryConformance.WithVersionsAsync(database, "delay", 2);
        var store = new WebhookStore(database, Options());
        await store.AddAsync(Draft("all"));
        return (registry, store);
    }
}
