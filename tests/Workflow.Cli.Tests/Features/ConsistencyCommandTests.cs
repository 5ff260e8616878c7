namespace Workflow.Cli.Tests.Features;

/// <summary><c>workflow features verify</c> and <c>leaks</c>.</summary>
public sealed class ConsistencyCommandTests : IDisposable
{
    private const string Definitions = """
        entities:
          driver: { keys: { driver_id: int64 } }
        views:
          stats:
            entity: driver
            source: { path: stats.csv, event_time: event_timestamp }
            features:
              rating: { latest: rating }
              name: { latest: name }
              trips_7d: { count: "*", window: 7d }
        services:
          pricing: [stats]
        """;

    private const string Stats = """
        driver_id,event_timestamp,known,rating,name
        1,2024-03-05T10:00:00Z,2024-03-05T10:00:00Z,4.5,a
        1,2024-03-05T10:30:00Z,2024-03-05T11:30:00Z,4.75,b
        2,2024-03-05T10:00:00Z,2024-03-05T12:00:00Z,3.5,c

        """;

    private readonly ToolFolder _folder = new();

    public ConsistencyCommandTests()
    {
        File.WriteAllText(_folder["features.yaml"], Definitions);
        File.WriteAllText(_folder["stats.csv"], Stats);
        File.WriteAllText(_folder["labels.csv"], "driver_id,event_timestamp\n1,2024-03-05T10:10:00Z\n1,2024-03-05T11:00:00Z\n2,2024-03-05T11:00:00Z\n");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_was_served_is_verified_and_every_difference_has_a_cause()
    {
        await RunAsync("join", "labels.csv", "--out", "served.arrow");
        var json = (await RunAsync("verify", "served.arrow", "--json")).Json();
        Assert.True(json.GetProperty("consistent").GetBoolean());
        Assert.Equal((3, 9, 0), (json.GetProperty("rows").GetInt32(), json.GetProperty("values").GetInt32(), json.GetProperty("mismatches").GetInt32()));

        // The row of 10:30 was served before it came.
        await File.WriteAllTextAsync(_folder["stats.csv"], Stats.Replace("1,2024-03-05T10:30:00Z,2024-03-05T11:30:00Z,4.75,b\n", "", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        await RunAsync("join", "labels.csv", "--out", "served.arrow");
        await File.WriteAllTextAsync(_folder["stats.csv"], Stats, TestContext.Current.CancellationToken);
        var late = await _folder.RunAsync([.. Arguments("verify", "served.arrow"), "--arrived", "stats.csv=known", "--json"]);
        Assert.Equal(1, late.ExitCode);
        var counts = late.Json().GetProperty("counts").EnumerateArray().ToList();
        Assert.Equal(["stats.name", "stats.rating", "stats.trips_7d"], counts.Select(static c => c.GetProperty("feature").GetString()));
        Assert.All(counts, static c => Assert.Equal("late", c.GetProperty("cause").GetString()));
        var text = await _folder.RunAsync([.. Arguments("verify", "served.arrow"), "--arrived", "stats.csv=known"]);
        Assert.Contains("row 1, stats.name: served a, the events give b (late)", text.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Leaks_are_told_when_the_honest_time_is()
    {
        Assert.Equal(0, (await _folder.RunAsync(Arguments("leaks", "labels.csv"))).ExitCode);
        var leaking = await _folder.RunAsync([.. Arguments("leaks", "labels.csv"), "--honest", "stats.csv=known", "--moments", "20", "--json"]);
        Assert.Equal(1, leaking.ExitCode);
        Assert.Contains("stats.rating", leaking.Json().GetProperty("features").EnumerateArray().Select(static f => f.GetString()));
        Assert.False(leaking.Json().GetProperty("clean").GetBoolean());
    }

    [Fact]
    public async Task Bad_input_gets_one_clear_error()
    {
        await RunAsync("join", "labels.csv", "--out", "served.arrow");
        (await _folder.RunAsync(Arguments("verify", "gone.arrow"))).Refused(2, "gone.arrow");
        (await _folder.RunAsync(Arguments("verify", "labels.csv"))).Refused(2, "Arrow or Parquet");
        (await _folder.RunAsync(Arguments("verify", "."))).Refused(2, "holds no vectors of service 'pricing'");
        (await _folder.RunAsync([.. Arguments("verify", "served.arrow"), "--arrived", "known"])).Refused(2, "--arrived", "'stats.csv'", "'known'");
        (await _folder.RunAsync([.. Arguments("verify", "served.arrow"), "--arrived", "stats.csv=name"])).Refused(2, "'name'", "timestamp");
        (await _folder.RunAsync([.. Arguments("verify", "served.arrow"), "--clock-tolerance", "-1"])).Refused(2, "--clock-tolerance", "-1");
        (await _folder.RunAsync([.. Arguments("leaks", "labels.csv"), "--moments", "0"])).Refused(2, "1");
        (await _folder.RunAsync([.. Arguments("leaks", "labels.csv"), "--honest", "stats.csv=gone"])).Refused(2, "'gone'");
    }

    private async Task<ToolResult> RunAsync(params string[] verb) => (await _folder.RunAsync(Arguments(verb))).Done();

    private static string[] Arguments(params string[] verb) => ["features", .. verb, "--service", "pricing", "--definitions", "features.yaml"];
}
