using Microsoft.Extensions.Time.Testing;
using Workflow.Data.Metadata;
using Workflow.Data.Registry;
using Workflow.Data.Registry.Webhooks;
using Workflow.Data.Storage;

namespace Workflow.Data.Tests.Killing;

/// <summary>Signal 9 between every two steps of moving an alias and of delivering a message: nothing is half, nothing is lost, and repeating finishes the work.</summary>
public abstract class StepKillTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("workflow-kill-");

    private string Receiver => Path.Combine(_folder.FullName, "received");

    private protected abstract string NewPlace(string folder);

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_move_killed_at_any_step_is_whole_or_not_there_and_can_be_repeated()
    {
        var (place, registry, store, database) = await StartAsync();
        using var closing = database;
        var generation = 0L;
        var step = 1;
        for (; await KilledWork.DiesAsync(place, "move", step, $"lease/{generation}"); step++)
        {
            await RequireWholeAsync(registry, store, generation, generation + 1);

            // The one who gave the order never heard of it, and gives it again.
            generation = (await registry.SetAliasAsync(KilledWork.Change(generation))).Generation;
            Assert.Equal(step, generation);
            await RequireWholeAsync(registry, store, generation, generation);
        }

        await RequireWholeAsync(registry, store, generation + 1, generation + 1);
        Assert.True(step > 14, $"Only {step} steps.");
        KillPoints.Count("alias move", step - 1);
    }

    [Fact]
    public async Task A_delivery_killed_at_any_step_arrives()
    {
        var (place, registry, store, database) = await StartAsync();
        using var closing = database;
        var later = new FakeTimeProvider(TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(1));
        using var ahead = KilledPlace.Open(place, later);
        using var dispatcher = new WebhookDispatcher(ahead, KilledWork.Options(Receiver), later);
        var step = 1;
        var twice = 0;
        for (var isAlive = true; isAlive; step++)
        {
            await registry.SetAliasAsync(KilledWork.Change(step - 1));
            isAlive = await KilledWork.DiesAsync(place, "deliver", step, Receiver);
            await RequireWholeAsync(registry, store, step, step);
            await dispatcher.DeliverDueAsync();

            var received = await File.ReadAllLinesAsync(Receiver);
            Assert.Equal(step, received.Distinct(StringComparer.Ordinal).Count());
            Assert.All(received.CountBy(id => id), r => Assert.InRange(r.Value, 1, 2));
            twice = received.Length - step;
            Assert.Equal(step, (await store.ListDeliveriesAsync(WebhookDeliveryStatus.Delivered)).Length);
            later.Advance(TimeSpan.FromHours(1));
        }

        Assert.True(step > 20, $"Only {step} steps.");

        // It must have happened: killed after the receiver took the message, and before that was written down.
        Assert.True(twice > 0);
    }

    [Fact]
    public async Task Many_processes_that_move_one_alias_leave_one_history()
    {
        var (place, registry, store, database) = await StartAsync();
        using var closing = database;

        // Each tries from generation 0: one wins, the others are refused and say so by their exit status.
        var processes = await Task.WhenAll(Enumerable.Range(0, 6).Select(async i =>
        {
            try
            {
                return await KilledWork.DiesAsync(place, "move", int.MaxValue, $"lease-{i}/{0}") ? -1 : 0;
            }
            catch (Xunit.Sdk.XunitException e) when (e.Message.Contains(nameof(AliasConflictException), StringComparison.Ordinal))
            {
                return 9;
            }
        }));
        Assert.All(processes, exit => Assert.True(exit is 0 or 9));
        await RequireWholeAsync(registry, store, 1, 1);
    }

    protected virtual void Dispose(bool disposing) => _folder.Delete(recursive: true);

    private static async Task RequireWholeAsync(ModelRegistry registry, WebhookStore store, long least, long most)
    {
        var report = await registry.VerifyAuditAsync();
        Assert.True(report.IsIntact, report.FirstFault?.What);
        var history = await registry.GetAliasHistoryAsync("delay", "champion");
        Assert.InRange(history.Length, least, most);

        // Two versions, one webhook, and for each move an entry and a message.
        Assert.Equal(3 + history.Length, report.Entries);
        Assert.Equal(history.Length, (await store.ListDeliveriesAsync(limit: 1000)).Length);
    }

    private async Task<(string Place, ModelRegistry Registry, WebhookStore Store, MetadataDatabase Database)> StartAsync()
    {
        var place = NewPlace(_folder.FullName);
        var database = KilledPlace.Open(place);
        var registry = new ModelRegistry(database);
        foreach (var content in new byte[] { 1, 2 })
        {
            var draft = new ModelVersionDraft
            {
                Name = "delay",
                Artifact = ContentDigest.Of([content]),
                Format = "onnx",
                Signature = new ModelSignature { Inputs = new Apache.Arrow.Schema([], null), Outputs = new Apache.Arrow.Schema([], null) },
                CreatedBy = "trainer",
            };
            await registry.RegisterAsync(draft);
        }

        var store = new WebhookStore(database, KilledWork.Options(Receiver));
        await store.AddAsync(new WebhookDraft { Name = "file", Url = "http://localhost/", Secret = "main", Actor = "owner" });
        return (place, registry, store, database);
    }
}
