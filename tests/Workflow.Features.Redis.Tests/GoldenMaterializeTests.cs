using System.Text.Json;
using Apache.Arrow;
using StackExchange.Redis;
using Workflow.Data.Tables;
using Workflow.Features.Online.Stores;
using Workflow.Features.Views;
using Workflow.Repository;
using Workflow.Servers;

namespace Workflow.Features.Redis.Tests;

public sealed class GoldenMaterializeTests
{
    /// <summary>Steps whose dump differs, in how many of Feast's lines, and why.</summary>
    private static readonly Dictionary<(string Id, int Step), (int Lines, string Reason)> Deviations = new()
    {
        [("mat-types", 1)] = (4, "two integers beyond 2^53 keep all bits, a missing time is null, and a time keeps its fraction of a second"),
        [("mat-types", 3)] = (1, "a time keeps its fraction of a second"),
        [("created-materialize", 3)] = (4, "two corrections, the same event time known later, win"),
    };

    [Fact]
    public async Task Every_run_leaves_the_bytes_that_Feast_left()
    {
        using var server = await RedisServer.StartOwnAsync();
        await using var connection = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{server.Port},allowAdmin=true");
        var (database, admin) = (connection.GetDatabase(), connection.GetServers()[0]);
        var compared = 0;
        foreach (var (file, ids) in new (string, string[])[] { ("materialize", ["mat-bounds", "mat-incremental", "mat-field-mapping", "mat-types", "mat-random"]), ("overwrites", ["created-materialize"]) })
        {
            foreach (var scenario in JsonDocument.Parse(await File.ReadAllBytesAsync(SharedFolder.Require($"golden/feast/redis/{file}.json"))).RootElement.EnumerateArray().Where(s => ids.Contains(s.GetProperty("id").GetString())))
            {
                await admin.FlushAllDatabasesAsync();
                compared += await ReplayAsync(scenario, (server.Port, database, admin));
            }
        }

        Assert.True(compared > 60, $"{compared} lines compared");
    }

    private static async Task<int> ReplayAsync(JsonElement scenario, (int Port, IDatabase Database, IServer Admin) redis)
    {
        var id = scenario.GetProperty("id").GetString()!;
        await using var store = new RedisOnlineStore(new RedisOnlineStoreOptions { Configuration = $"127.0.0.1:{redis.Port}", Project = "golden", Timeout = TimeSpan.FromSeconds(30) });
        var materializer = new FeatureMaterializer(store);
        var view = View(scenario.GetProperty("views")[0]);
        var (source, number, compared) = (default(BatchTable), -1, 0);
        foreach (var step in scenario.GetProperty("steps").EnumerateArray())
        {
            number++;
            var op = step.GetProperty("op").GetString();
            if (op == "replace_source")
            {
                source = Table(step.GetProperty("input"));
                continue;
            }

            if (op is not ("materialize" or "materialize_incremental"))
            {
                continue;
            }

            var order = new MaterializationOrder
            {
                Views = [view],
                Start = op == "materialize" ? step.GetProperty("start").GetDateTimeOffset() : null,
                End = step.GetProperty("end").GetDateTimeOffset(),
                IsIncremental = op != "materialize",
                RescanHorizon = TimeSpan.Zero,
            };
            if (order.Start > order.End)
            {
                // Feast runs over nothing.
                await Assert.ThrowsAsync<ArgumentException>(() => materializer.RunAsync(order, Sources(source!)));
            }
            else
            {
                await materializer.RunAsync(order, Sources(source!));
            }

            var (expected, actual) = (GoldenDump.Lines(step.GetProperty("dump")), GoldenDump.Lines(redis.Admin, redis.Database));
            if (Deviations.TryGetValue((id, number), out var differs))
            {
                Assert.Equal((id, number, differs.Lines), (id, number, expected.Except(actual).Count()));
                Assert.Equal((id, number, differs.Lines), (id, number, actual.Except(expected).Count()));
                GoldenDump.Load(step.GetProperty("dump"), redis.Database);
            }
            else
            {
                Assert.Equal((id, number, string.Join('\n', expected)), (id, number, string.Join('\n', actual)));
                compared += expected.Count;
            }
        }

        return compared;
    }

    private static FeatureView View(JsonElement view)
    {
        var key = view.GetProperty("join_keys")[0];
        Assert.Equal("int64", key.GetProperty("type").GetString());
        var columns = view.TryGetProperty("field_mapping", out var mapping) ? mapping.EnumerateObject().ToDictionary(static m => m.Value.GetString()!, static m => m.Name) : [];
        var builder = FeatureView.Define(view.GetProperty("name").GetString()!, "source")
            .Entity(new Entity("e", new EntityKey(key.GetProperty("name").GetString()!, EntityKeyType.Int64)))
            .EventTime("event_timestamp", EqualTimeRule.Include);
        if (view.GetProperty("created_timestamp_column").GetString() is { } created)
        {
            builder.AvailableAt(Availability.FromColumn(created), AvailabilityRule.TiesOnly);
        }

        foreach (var feature in view.GetProperty("features").EnumerateArray().Select(static f => f.GetProperty("name").GetString()!))
        {
            builder.Latest(feature, columns.GetValueOrDefault(feature, feature));
        }

        return builder.Build();
    }

    private static BatchTable Table(JsonElement table)
    {
        var columns = table.GetProperty("columns").EnumerateArray().Select(static c => (Name: c.GetProperty("name").GetString()!, Type: GoldenTypes.Of(c.GetProperty("type").GetString()!)!)).ToList();
        var rows = table.GetProperty("rows").EnumerateArray().Select(static r => r.EnumerateArray().ToArray()).ToList();
        var schema = new Schema([.. columns.Select(static c => new Field(c.Name, c.Type, nullable: true))], null);
        return new BatchTable(schema, [new RecordBatch(schema, [.. columns.Select((c, i) => GoldenTypes.Array(c.Type, [.. rows.Select(r => r[i])]))], rows.Count)]);
    }

    private static Dictionary<string, TableSource> Sources(TableSource source) => new() { ["source"] = source };
}
