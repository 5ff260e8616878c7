using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Apache.Arrow;
using Apache.Arrow.Types;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using StackExchange.Redis;
using Workflow.Features.Online.Stores;
using Workflow.Features.Views;
using Workflow.Servers;

namespace Workflow.Features.Redis.Tests;

public sealed class RedisOnlineStoreTests
{
    private const long T = 1_709_640_000_000_000;
    private static readonly Schema Columns = new([new Field("x", DoubleType.Default, true)], null);
    private static readonly FeatureView View = FeatureView.Define("v", "s").Entity(new Entity("e", new EntityKey("id", EntityKeyType.Int64))).EventTime("at", EqualTimeRule.Include).Latest("x", "x").Build();
    private static readonly OnlineTable Table = OnlineTable.Of(View)[0];

    [Fact]
    public async Task A_server_that_is_not_there_is_said_quickly_and_without_secrets()
    {
        await using var store = new RedisOnlineStore(new RedisOnlineStoreOptions { Configuration = $"127.0.0.1:{LoopbackServer.FreePort()},password=geheim", Project = "p" });
        var watch = Stopwatch.StartNew();
        foreach (var call in new Func<Task>[] { async () => await store.FindAsync(Table), () => WriteAsync(store, (1, T, 1)), () => ReadAsync(store, null, 1) })
        {
            var exception = await Assert.ThrowsAsync<OnlineStoreException>(call);
            Assert.Equal((OnlineStoreFault.Unreachable, true), (exception.Fault, exception.IsTransient));
            Assert.Contains("127.0.0.1", exception.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("geheim", exception.ToString(), StringComparison.Ordinal);
        }

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(15), $"{watch.Elapsed}");
    }

    [Fact]
    public async Task A_server_that_is_silent_is_given_up_at_the_deadline()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var store = new RedisOnlineStore(new RedisOnlineStoreOptions { Configuration = $"127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}", Project = "p", Timeout = TimeSpan.FromMinutes(1) });
        var watch = Stopwatch.StartNew();
        Assert.Equal(OnlineStoreFault.Unreachable, (await Assert.ThrowsAsync<OnlineStoreException>(() => ReadAsync(store, TimeSpan.FromMilliseconds(100), 1))).Fault);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"{watch.Elapsed}");
    }

    [Fact]
    public async Task What_does_not_come_by_the_deadline_has_that_status_and_no_value()
    {
        using var server = await RedisServer.StartOwnAsync();
        await using var store = new RedisOnlineStore(new RedisOnlineStoreOptions { Configuration = $"127.0.0.1:{server.Port}", Project = "p", Timeout = TimeSpan.FromSeconds(30) });
        await store.SaveAsync(Table, State);
        await WriteAsync(store, (1, T, 1), (2, T, 2));
        await using var admin = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{server.Port},allowAdmin=true");
        var sleeping = admin.GetDatabase().ExecuteAsync("DEBUG", "SLEEP", "2");
        await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        var watch = Stopwatch.StartNew();
        using (var set = await ReadAsync(store, TimeSpan.FromMilliseconds(100), 1, 2))
        {
            Assert.Equal([FeatureStatus.NotAnswered, FeatureStatus.NotAnswered], set.Statuses.ToArray());
            Assert.Equal(2, set.Values[0].NullCount);
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(1.5), $"{watch.Elapsed}");
        }

        await sleeping;
        using var later = await ReadAsync(store, TimeSpan.FromSeconds(20), 1, 2);
        Assert.Equal([1, 2], ((DoubleArray)later.Values[0]).ToArray());
    }

    [Fact]
    public async Task A_server_that_dies_is_an_error_and_the_next_one_is_found()
    {
        var server = await RedisServer.StartOwnAsync();
        await using var store = new RedisOnlineStore(new RedisOnlineStoreOptions { Configuration = $"127.0.0.1:{server.Port}", Project = "p" });
        await store.SaveAsync(Table, State);
        server.Dispose();
        var exception = await Assert.ThrowsAsync<OnlineStoreException>(() => WriteAsync(store, (1, T, 1)));
        Assert.Equal(OnlineStoreFault.Unreachable, exception.Fault);
    }

    [Fact]
    public async Task Rows_of_Feast_between_ours_are_compared_by_their_own_time()
    {
        var options = await TestRedis.OptionsAsync();
        await using var store = new RedisOnlineStore(options);
        await store.SaveAsync(Table, State);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(options.Configuration);
        var database = connection.GetDatabase();
        var key = new FeastKey(View.Entity, options.Project).Of(Ids(1), 0)!;

        // Ours, known much later than it happened; then Feast writes a newer row and leaves our field as it was.
        await WriteAsync(store, (1, T, 1), T + 1_000_000_000);
        var time = new System.Buffers.ArrayBufferWriter<byte>();
        FeastTimestamp.Write(T + 5, time);
        await database.HashSetAsync(key, [new(FeastField.OfTime("v"), time.WrittenMemory), new(FeastField.OfFeature("v", "x"), Convert.FromHexString("29000000000000f03f"))]);
        using (var set = await ReadAsync(store, null, 1))
        {
            Assert.Equal([FeatureStatus.Present], set.Statuses.ToArray());
            Assert.Equal(T + 5, set.EventMicroseconds.Span[0]);
        }

        Assert.Equal(new OnlineWriteResult(0, 1), await WriteAsync(store, (1, T + 4, 4)));
        Assert.Equal(new OnlineWriteResult(0, 1), await WriteAsync(store, (1, T + 5, 5)));
        Assert.Equal(new OnlineWriteResult(1, 0), await WriteAsync(store, (1, T + 5, 6), T + 6));
        Assert.Equal(new OnlineWriteResult(1, 0), await WriteAsync(store, (1, T + 6, 7)));

        // What is no value of the type is said to be so.
        await database.HashSetAsync(key, FeastField.OfFeature("v", "x"), Convert.FromHexString("2001"));
        using var invalid = await ReadAsync(store, null, 1);
        Assert.Equal([FeatureStatus.Invalid], invalid.Statuses.ToArray());
        Assert.True(invalid.Values[0].IsNull(0));
        await database.HashSetAsync(key, FeastField.OfTime("v"), "rubbish");
        using var broken = await ReadAsync(store, null, 1);
        Assert.Equal([FeatureStatus.Invalid], broken.Statuses.ToArray());
    }

    [Fact]
    public async Task Flushed_scripts_are_sent_again()
    {
        using var server = await RedisServer.StartOwnAsync();
        await using var store = new RedisOnlineStore(new RedisOnlineStoreOptions { Configuration = $"127.0.0.1:{server.Port}", Project = "p" });
        await store.SaveAsync(Table, State);
        await WriteAsync(store, (1, T, 1));
        await using var admin = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{server.Port},allowAdmin=true");
        await admin.GetServers()[0].ScriptFlushAsync();
        Assert.Equal(new OnlineWriteResult(2, 0), await WriteAsync(store, (1, T + 1, 1), (2, T + 1, 2)));
    }

    [Fact]
    public async Task Features_of_two_views_of_one_entity_that_collide_are_refused()
    {
        await using var store = new RedisOnlineStore(await TestRedis.OptionsAsync());
        var rng = new Dictionary<uint, string>();
        (string First, string Second)? found = null;
        for (var i = 0; found is null; i++)
        {
            var name = $"{(i % 2 == 0 ? "a" : "b")}:f{i}";
            var hash = Murmur3.Hash(System.Text.Encoding.UTF8.GetBytes(name));
            found = rng.TryGetValue(hash, out var known) && known[0] != name[0] ? (known, name) : null;
            rng[hash] = name;
        }

        OnlineTable Of(string full, string key) => OnlineTable.Of(FeatureView.Define(full.Split(':')[0], "s").Entity(new Entity("e", new EntityKey(key, EntityKeyType.Int64))).EventTime("at").Latest(full.Split(':')[1], "c").Build())[0];
        async Task Save(OnlineTable table) => await store.SaveAsync(table, new OnlineTableState { Digest = table.Digest, Schema = new Schema([new Field(table.Features[0], DoubleType.Default, true)], null) });
        await Save(Of(found.Value.First, "id"));
        await Save(Of(found.Value.Second, "other"));
        var exception = await Assert.ThrowsAsync<OnlineStoreException>(() => Save(Of(found.Value.Second, "id")));
        Assert.Equal(OnlineStoreFault.Unsupported, exception.Fault);
        Assert.Contains($"'{found.Value.First}' and '{found.Value.Second}'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Types_without_a_form_and_nulls_in_lists_are_refused()
    {
        await using var store = new RedisOnlineStore(await TestRedis.OptionsAsync());
        var table = OnlineTable.Of(FeatureView.Define("v", "s").Entity(new Entity("e", new EntityKey("id", EntityKeyType.Int64))).EventTime("at").Latest("d", "d").Latest("l", "l").Build())[0];
        var list = new ListType(new Field("item", Int64Type.Default, true));
        var exception = await Assert.ThrowsAsync<OnlineStoreException>(async () => await store.SaveAsync(table, new OnlineTableState
        {
            Digest = table.Digest,
            Schema = new Schema([new Field("d", new Decimal128Type(10, 2), true), new Field("l", new ListType(new Field("item", list, true)), true)], null),
        }));
        Assert.Equal(OnlineStoreFault.Unsupported, exception.Fault);
        Assert.All(["'d'", "'l'"], text => Assert.Contains(text, exception.Message, StringComparison.Ordinal));

        var schema = new Schema([new Field("d", DoubleType.Default, true), new Field("l", list, true)], null);
        await store.SaveAsync(table, new OnlineTableState { Digest = table.Digest, Schema = schema });
        var items = new ListArray.Builder(Int64Type.Default);
        items.Append();
        ((Int64Array.Builder)items.ValueBuilder).Append(1).AppendNull();
        var values = new RecordBatch(schema, [new DoubleArray.Builder().Append(1).Build(), items.Build()], 1);
        exception = await Assert.ThrowsAsync<OnlineStoreException>(async () => await store.WriteAsync(new OnlineRows(table, Ids(1), values, new OnlineTimes(new[] { T }, new[] { T }))));
        Assert.Contains("'l'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_chooses_redis_and_its_options_are_checked()
    {
        var services = new ServiceCollection();
        services.AddWorkflowFeatures().AddService(FeatureService.Define("s").View(View).Build()).UseRedis(o => o.Project = "p").UseRedis(o => o.Configuration = "127.0.0.1:1");
        await using var provider = services.BuildServiceProvider();
        Assert.IsType<RedisOnlineStore>(provider.GetRequiredService<IOnlineStore>());
        Assert.NotNull(provider.GetRequiredService<FeatureMaterializer>());
        var exception = await Assert.ThrowsAsync<OnlineStoreException>(async () => await provider.GetRequiredKeyedService<OnlineReader>("s").ReadAsync(Ids(1), DateTimeOffset.UnixEpoch));
        Assert.Equal(OnlineStoreFault.Unreachable, exception.Fault);

        var wrong = new RedisOnlineStoreOptions { Configuration = " ", Project = "", KeyTimeToLive = TimeSpan.FromMilliseconds(1500), EntityKeyVersion = 1, Timeout = TimeSpan.Zero, RowsInFlight = 0 };
        var failures = Assert.Throws<OptionsValidationException>(() => new RedisOnlineStore(wrong)).Failures;
        Assert.Equal(6, failures.Count());
    }

    private static OnlineTableState State => new() { Digest = Table.Digest, Schema = Columns };

    private static RecordBatch Ids(params ReadOnlySpan<long> ids) => new(new Schema([new Field("id", Int64Type.Default, false)], null), [new Int64Array.Builder().AppendRange(ids.ToArray()).Build()], ids.Length);

    private static Task<OnlineWriteResult> WriteAsync(RedisOnlineStore store, params (long Id, long Time, double X)[] rows) => WriteAsync(store, rows, null);

    private static Task<OnlineWriteResult> WriteAsync(RedisOnlineStore store, (long Id, long Time, double X) row, long available) => WriteAsync(store, [row], available);

    private static async Task<OnlineWriteResult> WriteAsync(RedisOnlineStore store, (long Id, long Time, double X)[] rows, long? available)
    {
        using var keys = Ids([.. rows.Select(static r => r.Id)]);
        using var values = new RecordBatch(Columns, [new DoubleArray.Builder().AppendRange(rows.Select(static r => r.X)).Build()], rows.Length);
        return await store.WriteAsync(new OnlineRows(Table, keys, values, new OnlineTimes(rows.Select(static r => r.Time).ToArray(), rows.Select(r => available ?? r.Time).ToArray())));
    }

    private static async Task<OnlineRowSet> ReadAsync(RedisOnlineStore store, TimeSpan? deadline, params long[] ids)
    {
        using var keys = Ids(ids);
        var plan = new OnlinePlan([new OnlineTableRead(Table, Table.Features, Columns)]);
        return Assert.Single(await store.ReadAsync(new OnlineQuery { Plan = plan, Keys = keys, AtMicroseconds = 2 * T, Deadline = deadline }));
    }
}
