using Workflow.Servers;

namespace Workflow.Cli.Tests.Features;

public sealed class OnlineCommandsTests : IDisposable
{
    private const string Definitions = """
        entities:
          driver: { keys: { driver_id: int64 } }
        views:
          driver_stats:
            entity: driver
            source: { path: stats.csv, event_time: event_timestamp, available_time: created }
            ttl: 2h
            join: { at_equal_time: include }
            features:
              rating: { latest: rating }
              big: { latest: big }
              name: { latest: name }
              trips_7d: { count: "*", window: 7d }
        services:
          pricing: [driver_stats.name, driver_stats.trips_7d, driver_stats.rating, driver_stats.big]
        """;

    private const string Stats = """
        driver_id,event_timestamp,created,rating,big,name
        1,2024-03-05T10:00:00Z,2024-03-05T10:00:00Z,4.5,9007199254740993,"a,b"
        1,2024-03-05T11:00:00Z,2024-03-05T11:30:00Z,4.75,9007199254740995,""
        2,2024-03-05T09:00:00Z,2024-03-05T09:00:00Z,,3,old
        3,2024-03-06T09:00:00Z,2024-03-06T09:00:00Z,1,1,later

        """;

    private readonly ToolFolder _folder = new();

    public OnlineCommandsTests()
    {
        File.WriteAllText(_folder["f.yaml"], Definitions);
        File.WriteAllText(_folder["stats.csv"], Stats);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Materialised_features_are_read_with_their_status_and_time()
    {
        var json = (await Materialize("2024-03-05T12:00:00Z", "--json")).Done().Json().GetProperty("tables");
        Assert.Equal(["driver_stats 2 0", "driver_stats.windows 2 0"], json.EnumerateArray().Select(static t => $"{t.GetProperty("table").GetString()} {t.GetProperty("written").GetInt64()} {t.GetProperty("skipped").GetInt64()}"));
        (await Materialize("2024-03-05T12:00:00Z")).Done();
        var get = (await Get("--key", "driver_id=1", "driver_id=2", "driver_id=9", "--at", "2024-03-05T14:00:00+02:00", "--json")).Done().Json();
        Assert.Equal(
            [
                "driver_stats.name \"\" present 2024-03-05T11:00:00Z", "driver_stats.trips_7d 2 present 2024-03-05T12:00:00Z", "driver_stats.rating 4.75 present 2024-03-05T11:00:00Z", "driver_stats.big 9007199254740995 present 2024-03-05T11:00:00Z",
                "driver_stats.name null outside_max_age 2024-03-05T09:00:00Z", "driver_stats.trips_7d 1 present 2024-03-05T12:00:00Z", "driver_stats.rating null outside_max_age 2024-03-05T09:00:00Z", "driver_stats.big null outside_max_age 2024-03-05T09:00:00Z",
                "driver_stats.name null not_found ", "driver_stats.trips_7d null not_found ", "driver_stats.rating null not_found ", "driver_stats.big null not_found ",
            ],
            get.GetProperty("entities").EnumerateArray().SelectMany(static e => e.GetProperty("features").EnumerateObject())
                .Select(static f => $"{f.Name} {f.Value.GetProperty("value").GetRawText()} {f.Value.GetProperty("status").GetString()} {f.Value.GetProperty("eventTime").GetString()}"));
        Assert.True(get.GetProperty("complete").GetBoolean());
        Assert.StartsWith("sha256:", get.GetProperty("digest").GetString(), StringComparison.Ordinal);

        var text = (await Get("--key", "driver_id=1", "--at", "2024-03-05T12:00:00Z")).Done().Output;
        Assert.Contains("driver_id=1", text, StringComparison.Ordinal);
        Assert.Contains("  driver_stats.rating 4.75 present 2024-03-05T11:00:00Z", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Incremental_runs_take_what_came_and_what_came_late()
    {
        (await Materialize("2024-03-05T12:00:00Z")).Done();
        await File.AppendAllTextAsync(_folder["stats.csv"], "2,2024-03-05T11:50:00Z,2024-03-05T11:50:00Z,2,2,late\n", TestContext.Current.CancellationToken);
        var again = (await Materialize("2024-03-06T09:00:00Z", "--incremental", "--horizon", "1h", "--json", "--view", "driver_stats")).Done().Json().GetProperty("tables")[0];
        Assert.Equal("2024-03-05T11:00:00Z", again.GetProperty("from").GetString());
        Assert.Equal((2, 1), (again.GetProperty("written").GetInt32(), again.GetProperty("skipped").GetInt32()));
    }

    [Fact]
    public async Task What_was_applied_needs_no_file()
    {
        (await _folder.RunAsync("features", "apply", "f.yaml")).Done();
        (await _folder.RunAsync("features", "materialize", "--service", "pricing", "--end", "2024-03-05T12:00:00Z")).Done();
        Assert.Contains("4.75 present", (await _folder.RunAsync("features", "get", "--service", "pricing", "--key", "driver_id=1", "--at", "2024-03-05T12:00:00Z")).Done().Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("driver_id=x1", "'driver_id'", "int64", "'x1'")]
    [InlineData("driver_id=\"1001\"", "int64", "'\"1001\"'")]
    [InlineData("driver=1", "'driver=1'", "'driver_id'")]
    [InlineData("driver_id", "NAME=VALUE")]
    public async Task Bad_keys_get_one_clear_error(string key, params string[] says)
    {
        (await Materialize("2024-03-05T12:00:00Z")).Done();
        (await Get("--key", key)).Refused(2, says);
    }

    [Theory]
    [InlineData("latest: rating", "latest: ratings", "'ratings'")]
    [InlineData("pricing: [driver_stats.name", "pricing: [driver_stats.gone", "'gone'")]
    [InlineData("pricing: [driver_stats.name", "pricing: [missing.name", "'missing'")]
    [InlineData("path: stats.csv", "path: gone.csv", "gone.csv")]
    [InlineData("driver_id: int64", "driver_id: guid", "guid")]
    public async Task Bad_definitions_get_one_clear_error_and_write_nothing(string good, string bad, string says)
    {
        await File.WriteAllTextAsync(_folder["f.yaml"], Definitions.Replace(good, bad, StringComparison.Ordinal), TestContext.Current.CancellationToken);
        (await Materialize("2024-03-05T12:00:00Z", "--service", "pricing")).Refused(2, says);
    }

    [Fact]
    public async Task Bad_usage_gets_one_clear_error()
    {
        (await Get("--key", "driver_id=1")).Refused(2, "no online store", "materialize");
        Assert.False(Directory.Exists(_folder["workflow"]));
        (await Materialize("2024-03-05T12:00:00")).Refused(2, "--end", "zone");
        (await Materialize("2024-03-05T12:00:00Z", "--start", "soon")).Refused(2, "--start", "'soon'");
        (await Materialize("2024-03-05T12:00:00Z", "--start", "2024-03-06T00:00:00Z")).Refused(2, "start", "2024-03-06");
        (await Materialize("2024-03-05T12:00:00Z", "--start", "2024-03-05T00:00:00Z", "--incremental")).Refused(2, "incremental");
        (await Materialize("2024-03-05T12:00:00Z", "--horizon", "1y")).Refused(2, "--horizon", "'1y'");
        (await Materialize("2024-03-05T12:00:00Z", "--view", "other")).Refused(2, "'other'", "'driver_stats'");
        (await Materialize("2024-03-05T12:00:00Z", "--view", "driver_stats", "--service", "pricing")).Refused(2, "not both");
        (await Materialize("2024-03-05T12:00:00Z", "--redis", "127.0.0.1:1")).Refused(2, "--project");
        (await Materialize("2024-03-05T12:00:00Z", "--project", "p")).Refused(2, "--redis");
        (await _folder.RunAsync("features", "materialize", "--end", "2024-03-05T12:00:00Z")).Refused(2, "--definitions");
        (await Materialize("2024-03-05T12:00:00Z")).Done();
        (await Get("--key", "driver_id=1", "--at", "noon")).Refused(2, "--at", "'noon'");
        (await Get()).Refused(2, "'driver_id' is missing");
    }

    [Fact]
    public async Task Another_definition_is_refused_until_it_is_said_to_replace()
    {
        (await Materialize("2024-03-05T12:00:00Z")).Done();
        await File.WriteAllTextAsync(_folder["f.yaml"], Definitions.Replace("ttl: 2h", "ttl: 4h", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        (await Get("--key", "driver_id=1")).Refused(2, "'driver_stats'", "another definition", "sha256:");
        (await Materialize("2024-03-05T12:00:00Z")).Refused(2, "another definition");
        (await Materialize("2024-03-05T12:00:00Z", "--replace")).Done();
        Assert.Contains("\"old\" present", (await Get("--key", "driver_id=2", "--at", "2024-03-05T12:00:00Z")).Done().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redis_holds_the_same_and_a_missing_one_is_said()
    {
        (await Materialize("2024-03-05T12:00:00Z", "--redis", $"127.0.0.1:{LoopbackServer.FreePort()}", "--project", "p")).Refused(3, "127.0.0.1", "cannot be reached");
        var port = await RedisServer.RequireAsync();
        var project = $"p{Guid.NewGuid():n}";
        (await Materialize("2024-03-05T12:00:00Z", "--redis", $"127.0.0.1:{port}", "--project", project)).Done();
        (await Materialize("2024-03-05T12:00:00Z")).Done();
        string[] get = ["--key", "driver_id=1", "driver_id=2", "driver_id=9", "--at", "2024-03-05T12:00:00Z", "--json"];
        Assert.Equal((await Get(get)).Done().Output, (await Get([.. get, "--redis", $"127.0.0.1:{port}", "--project", project])).Done().Output);
        (await Get("--key", "driver_id=1", "--redis", $"127.0.0.1:{port}", "--project", "other")).Refused(2, "nothing was written");
    }

    private Task<ToolResult> Materialize(string end, params string[] more) => _folder.RunAsync(["features", "materialize", "--definitions", "f.yaml", "--end", end, .. more]);

    private Task<ToolResult> Get(params string[] more) => _folder.RunAsync(["features", "get", "--service", "pricing", "--definitions", "f.yaml", .. more]);
}
