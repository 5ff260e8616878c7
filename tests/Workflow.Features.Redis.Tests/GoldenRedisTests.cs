using System.Text.Json;
using StackExchange.Redis;
using Workflow.Features.Online.Stores;
using Workflow.Repository;
using Workflow.Servers;

namespace Workflow.Features.Redis.Tests;

public sealed class GoldenRedisTests
{
    private static readonly string[] Files = ["keys", "overwrites", "ttl", "structure", "materialize"];

    public static TheoryData<string> Names => [.. Files];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_write_leaves_the_bytes_that_Feast_left(string file)
    {
        using var server = await RedisServer.StartOwnAsync();
        await using var connection = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{server.Port},allowAdmin=true");
        var (database, admin) = (connection.GetDatabase(), connection.GetServers()[0]);
        var compared = 0;
        foreach (var scenario in Scenarios(file))
        {
            var id = scenario.GetProperty("id").GetString()!;
            if (GoldenDeviations.Scenarios.ContainsKey(id) || file == "materialize")
            {
                continue;
            }

            await admin.FlushAllDatabasesAsync();
            await using var stores = new GoldenStores(scenario, server.Port);
            var views = Views(scenario, id);
            foreach (var view in views)
            {
                await stores[view.Project].SaveAsync(view.Table, view.State);
            }

            var number = -1;
            foreach (var step in scenario.GetProperty("steps").EnumerateArray())
            {
                number++;
                var op = step.GetProperty("op").GetString();
                if (!step.TryGetProperty("dump", out var dump))
                {
                    continue;
                }

                if (op == "redis_expire_all")
                {
                    admin.Keys().Where(static k => !k.ToString().StartsWith("workflow:", StringComparison.Ordinal)).ToList().ForEach(k => database.KeyExpire(k, TimeSpan.FromSeconds(step.GetProperty("seconds").GetInt32())));
                }
                else if (op is "write_to_online_store" or "write_to_online_store_async" && !step.TryGetProperty("error", out _))
                {
                    var view = views.FirstOrDefault(v => v.Table.Name == step.GetProperty("view").GetString() && v.Project == step.GetProperty("project").GetString());
                    var rows = view?.TryRows(step.GetProperty("input"));
                    var isEmpty = rows is null || rows.Count == 0 || step.TryGetProperty("warnings", out var w) && w[0].GetString()!.StartsWith("Cannot write", StringComparison.Ordinal);
                    if (rows is null)
                    {
                        Assert.True(view is null ? GoldenDeviations.Views.ContainsKey((id, step.GetProperty("view").GetString()!)) : GoldenDeviations.Refused.ContainsKey((id, number)), $"{id} {number}: no rows, and no reason listed");
                        GoldenDump.Load(dump, database);
                    }
                    else if (!isEmpty)
                    {
                        await stores[view!.Project].WriteAsync(rows);
                    }
                }

                var (expected, actual) = (GoldenDump.Lines(dump), GoldenDump.Lines(admin, database));
                if (GoldenDeviations.Steps.TryGetValue((id, number), out var reason))
                {
                    // It must differ; then the scenario goes on from where Feast was.
                    Assert.False(expected.SequenceEqual(actual), $"{id} {number} is listed and does not differ: {reason}");
                    foreach (var key in admin.Keys().Where(static k => !k.ToString().StartsWith("workflow:", StringComparison.Ordinal)))
                    {
                        database.KeyDelete(key);
                    }

                    GoldenDump.Load(dump, database);
                }
                else
                {
                    Assert.Equal((id, number, string.Join('\n', expected)), (id, number, string.Join('\n', actual)));
                    compared += expected.Count;
                }
            }
        }

        Assert.True(file == "materialize" || compared > 10, $"{compared} lines compared");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Every_dump_of_Feast_is_read_with_its_values_and_times(string file)
    {
        using var server = await RedisServer.StartOwnAsync();
        await using var connection = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{server.Port},allowAdmin=true");
        var (database, admin) = (connection.GetDatabase(), connection.GetServers()[0]);
        var compared = 0;
        foreach (var scenario in Scenarios(file))
        {
            var id = scenario.GetProperty("id").GetString()!;
            if (id is "versioned-names" or "odfv-write" or "push")
            {
                continue;
            }

            await using var stores = new GoldenStores(scenario, server.Port);
            foreach (var step in scenario.GetProperty("steps").EnumerateArray().Where(static s => s.TryGetProperty("dump", out _)))
            {
                await admin.FlushAllDatabasesAsync();
                GoldenDump.Load(step.GetProperty("dump"), database);
                foreach (var view in Views(scenario, id))
                {
                    compared += await view.ReadAsync(stores[view.Project], step.GetProperty("dump"));
                }
            }
        }

        Assert.True(compared > 5, $"{compared} values compared");
    }

    private static JsonElement.ArrayEnumerator Scenarios(string file) => JsonDocument.Parse(File.ReadAllBytes(SharedFolder.Require($"golden/feast/redis/{file}.json"))).RootElement.EnumerateArray();

    private static List<GoldenView> Views(JsonElement scenario, string id)
    {
        var views = new List<GoldenView>();
        foreach (var view in scenario.GetProperty("views").EnumerateArray())
        {
            var defined = GoldenView.TryOf(view);
            Assert.Equal(defined is null, GoldenDeviations.Views.ContainsKey((id, view.GetProperty("name").GetString()!)));
            views.AddRange(defined is null ? [] : [defined]);
        }

        return views;
    }

    /// <summary>A store for each project of a scenario.</summary>
    private sealed class GoldenStores(JsonElement scenario, int port) : IAsyncDisposable
    {
        private readonly Dictionary<string, IOnlineStore> _stores = [];

        public IOnlineStore this[string project] => _stores.TryGetValue(project, out var known) ? known : _stores[project] = new RedisOnlineStore(new RedisOnlineStoreOptions
        {
            Configuration = $"127.0.0.1:{port}",
            Project = project,
            EntityKeyVersion = scenario.GetProperty("entity_key_serialization_version").GetInt32(),
            KeyTimeToLive = scenario.GetProperty("key_ttl_seconds") is { ValueKind: JsonValueKind.Number } ttl && ttl.GetInt32() > 0 ? TimeSpan.FromSeconds(ttl.GetInt32()) : null,
            Timeout = TimeSpan.FromSeconds(30),
        });

        public async ValueTask DisposeAsync()
        {
            foreach (var store in _stores.Values)
            {
                await store.DisposeAsync();
            }
        }
    }
}
