using Workflow.Data.Tables;

namespace Workflow.Cli.Tests.Features;

public sealed class JoinCommandTests : IDisposable
{
    private const string Definitions = """
        entities:
          driver: { keys: { driver_id: int64 } }
        views:
          driver_stats:
            entity: driver
            source: { path: stats.csv, event_time: event_timestamp, available_time: created, delay: 0s }
            ttl: 2h
            features:
              rating: { latest: rating }
              big: { latest: big }
              name: { latest: name }
              trips_7d: { count: "*", window: 7d }
              fare_mean_7d: { mean: fare, window: 7d, where: "fare > 0" }
        services:
          pricing: [driver_stats.rating, driver_stats.big, driver_stats.name, driver_stats.trips_7d, driver_stats.fare_mean_7d]
        """;

    private const string Stats = """
        driver_id,event_timestamp,created,rating,big,name,fare
        1,2024-03-05T10:00:00Z,2024-03-05T10:00:00Z,4.5,9007199254740993,"a,b",10
        1,2024-03-05T12:00:00+02:00,2024-03-05T10:30:00Z,4.75,9007199254740995,"",-5
        1,2024-03-05T11:00:00Z,2024-03-06T00:00:00Z,1,1,late,7
        2,2024-03-05T10:00:00Z,,3,3,never,1

        """;

    private readonly ToolFolder _folder = new();

    public JoinCommandTests()
    {
        File.WriteAllText(_folder["features.yaml"], Definitions);
        File.WriteAllText(_folder["stats.csv"], Stats);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Keeps_the_labels_rows_and_columns_and_appends_the_features()
    {
        await File.WriteAllTextAsync(_folder["labels.csv"], "code,driver_id,event_timestamp,y\n007,1,2024-03-05T10:00:00Z,1\n,1,2024-03-05T10:30:00Z,0\n\"\",1,2024-03-05T12:00:00.000001Z,\nx,,2024-03-05T11:00:00Z,1\nx,2,2024-03-05T11:00:00Z,1\n", TestContext.Current.CancellationToken);
        (await Join("labels.csv", "out.csv")).Done();
        Assert.Equal(
            """
            code,driver_id,event_timestamp,y,driver_stats.rating,driver_stats.big,driver_stats.name,driver_stats.trips_7d,driver_stats.fare_mean_7d
            007,1,2024-03-05T10:00:00Z,1,,,,0,
            ,1,2024-03-05T10:30:00Z,0,4.75,9007199254740995,"",2,10
            "",1,2024-03-05T12:00:00.000001Z,,,,,2,10
            x,,2024-03-05T11:00:00Z,1,,,,,
            x,2,2024-03-05T11:00:00Z,1,,,,0,

            """,
            await File.ReadAllTextAsync(_folder["out.csv"], TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("labels.csv")]
    [InlineData("./labels.csv")]
    public async Task A_file_that_is_read_is_never_written(string output)
    {
        const string Labels = "driver_id,event_timestamp\n1,2024-03-05T10:30:00Z\n";
        await File.WriteAllTextAsync(_folder["labels.csv"], Labels, TestContext.Current.CancellationToken);
        (await Join("labels.csv", output)).Refused(2, "labels.csv", "Name another file");
        Assert.Equal(Labels, await File.ReadAllTextAsync(_folder["labels.csv"], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Parquet_and_Arrow_hold_the_same_as_csv()
    {
        await File.WriteAllTextAsync(_folder["labels.csv"], "driver_id,event_timestamp\n1,2024-03-05T10:30:00Z\n", TestContext.Current.CancellationToken);
        var json = (await Join("labels.csv", "out.parquet", "--json")).Done().Json();
        Assert.Equal(1, json.GetProperty("rows").GetInt64());
        Assert.Equal("driver_stats.rating", json.GetProperty("features")[0].GetString());
        (await Join("labels.csv", "out.arrow")).Done();
        var parquet = await ParquetTable.OpenAsync(_folder["out.parquet"], null, TestContext.Current.CancellationToken);
        var arrow = await ArrowIpcTable.OpenAsync(_folder["out.arrow"], null, TestContext.Current.CancellationToken);
        Assert.Equal(await TableDigest.ComputeAsync(parquet, null, TestContext.Current.CancellationToken), await TableDigest.ComputeAsync(arrow, null, TestContext.Current.CancellationToken));

        // What was written joins again.
        (await _folder.RunAsync("features", "join", "out.parquet", "--service", "pricing", "--definitions", "features.yaml", "--out", "again.csv")).Refused(2, "driver_stats.rating", "a column named like a feature");
    }

    [Theory]
    [InlineData("driver_id,event_timestamp\nx1,2024-03-05T10:00:00Z\n", "'driver_id'", "int64", "'x1'")]
    [InlineData("driver_id,event_timestamp\n1,2024-03-05T10:00:00\n", "'event_timestamp'", "zone", "'2024-03-05T10:00:00'")]
    [InlineData("driver,event_timestamp\n1,2024-03-05T10:00:00Z\n", "'driver_id'", "no such column", "pricing")]
    [InlineData("driver_id,when\n1,soon\n", "no column of times", "--time", "labels.csv")]
    public async Task Bad_labels_get_one_clear_error_and_write_nothing(string labels, params string[] says)
    {
        await File.WriteAllTextAsync(_folder["labels.csv"], labels, TestContext.Current.CancellationToken);
        (await Join("labels.csv", "out.csv")).Refused(2, says);
        Assert.False(File.Exists(_folder["out.csv"]));
    }

    [Theory]
    [InlineData("latest: rating", "latest: ratings", "'ratings'")]
    [InlineData("mean: fare", "mean: name", "'name'")]
    [InlineData("driver_id: int64", "driver_id: guid", "guid")]
    [InlineData("pricing: [driver_stats.rating", "pricing: [drivers.rating", "'drivers', which is not defined")]
    [InlineData("path: stats.csv", "path: gone.csv", "gone.csv")]
    [InlineData("pricing:", "prices:", "no service 'pricing'")]
    public async Task Bad_definitions_get_one_clear_error(string good, string bad, string says)
    {
        await File.WriteAllTextAsync(_folder["labels.csv"], "driver_id,event_timestamp\n1,2024-03-05T10:00:00Z\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_folder["features.yaml"], Definitions.Replace(good, bad, StringComparison.Ordinal), TestContext.Current.CancellationToken);
        (await Join("labels.csv", "out.csv")).Refused(2, says);
    }

    [Fact]
    public async Task A_key_whose_type_changed_is_refused()
    {
        await File.WriteAllTextAsync(_folder["labels.csv"], "driver_id,event_timestamp\n1,2024-03-05T10:30:00Z\n", TestContext.Current.CancellationToken);
        (await Join("labels.csv", "typed.parquet")).Done();
        await File.WriteAllTextAsync(_folder["features.yaml"], Definitions.Replace("driver_id: int64", "driver_id: string", StringComparison.Ordinal).Replace("pricing: [", "pricing: [", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        (await Join("typed.parquet", "out.csv")).Refused(2, "'driver_id'", "utf8", "int64");
    }

    private Task<ToolResult> Join(string labels, string output, params string[] more) =>
        _folder.RunAsync(["features", "join", labels, "--service", "pricing", "--definitions", "features.yaml", "--out", output, .. more]);
}
