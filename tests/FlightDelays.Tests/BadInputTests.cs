using Apache.Arrow;
using Apache.Arrow.Types;
using FlightDelays.Flights;
using FlightDelays.Tests.Runs;
using Workflow.Data.Storage;
using Workflow.Data.Tables;

namespace FlightDelays.Tests;

[Collection(LongRuns.Name)]
public sealed class BadInputTests(CutFixture cut) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task A_missing_file_is_named_and_nothing_is_written()
    {
        var error = await RefusedAsync(_folder["none.parquet"]);
        Assert.Contains($"There is no file '{_folder["none.parquet"]}'", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["out"]));
    }

    [Fact]
    public async Task A_file_with_another_schema_is_refused_with_every_difference()
    {
        var schema = new Schema([new Field("date", new TimestampType(TimeUnit.Microsecond, "UTC"), true), new Field("delay", StringType.Default, true), new Field("distance", Int64Type.Default, true)], null);
        using (var table = new BatchTable(schema, [new RecordBatch(schema, [Columns.OfMoments([0], new TimestampType(TimeUnit.Microsecond, "UTC")), Columns.Of(["12"]), Columns.Of([300L])], 1)]))
        {
            await ParquetTable.WriteAsync(_folder["other.parquet"], table);
        }

        var error = await RefusedAsync(_folder["other.parquet"]);
        Assert.Contains("column 'delay': expected ", error, StringComparison.Ordinal);
        Assert.Contains("column 'origin': expected ", error, StringComparison.Ordinal);
        Assert.Contains("column 'destination': expected ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("column 'distance'", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_table_is_refused()
    {
        await new FlightTable().WriteAsync(_folder["empty.parquet"]);
        var error = await RefusedAsync(_folder["empty.parquet"]);
        Assert.Contains("0 rows", error, StringComparison.Ordinal);
        Assert.Contains("10000", error.Replace(",", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_truncated_file_is_refused()
    {
        var bytes = await File.ReadAllBytesAsync(cut.Data);
        await File.WriteAllBytesAsync(_folder["truncated.parquet"], bytes.AsMemory(0, bytes.Length / 2));
        Assert.Contains("parquet", await RefusedAsync(_folder["truncated.parquet"]), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_text_file_is_refused()
    {
        await File.WriteAllTextAsync(_folder["flights.csv"], "date,delay,distance,origin,destination\n2001-01-01 00:00,5,300,ATL,DFW\n");
        Assert.Contains("parquet", await RefusedAsync(_folder["flights.csv"]), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_broken_contract_is_refused_with_column_and_rows()
    {
        var flights = await cut.TakeAsync();
        for (var i = 0; i < flights.Delays.Count; i += 20)
        {
            flights.Delays[i] = -500;
        }

        await flights.WriteAsync(_folder["early.parquet"]);
        var error = await RefusedAsync(_folder["early.parquet"]);
        Assert.Contains("breaks its contract", error, StringComparison.Ordinal);
        Assert.Contains("delay", error, StringComparison.Ordinal);
        Assert.Contains("-120", error, StringComparison.Ordinal);
        Assert.Contains("1000", error.Replace(",", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("0, 20, 40", error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_folder["out"], "work", "steps", "contract.json")));
    }

    [Fact]
    public async Task An_unknown_word_is_refused_with_the_usage()
    {
        var run = await FlightProgram.RunAsync("--nonsense", "1", "--output", _folder["out"]);
        Assert.Equal(2, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Equal(["'--nonsense' is unknown.", FlightOptions.Usage], run.Error.TrimEnd().Split(Environment.NewLine));
        Assert.False(Directory.Exists(_folder["out"]));
    }

    [Fact]
    public async Task After_a_refusal_good_data_go_through_in_the_same_folder_as_if_nothing_had_been()
    {
        await File.WriteAllTextAsync(_folder["flights.csv"], "no flights");
        await RefusedAsync(_folder["flights.csv"]);
        var run = await FlightProgram.RunAsync("--data", cut.Data, "--output", _folder["out"]);
        Assert.Equal((await cut.HonestRunAsync()).Digest, run.Digest);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<string> RefusedAsync(string data)
    {
        var run = await FlightProgram.RunAsync("--data", data, "--output", _folder["out"]);
        Assert.True(run.ExitCode == 2, run.ToString());
        Assert.StartsWith("error: ", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.Split("error: ", StringSplitOptions.RemoveEmptyEntries));
        Assert.False(File.Exists(Path.Combine(_folder["out"], "report.html")));
        if (Directory.Exists(_folder["out"]))
        {
            Assert.Empty(Directory.EnumerateFiles(_folder["out"], "*" + AtomicFile.TemporarySuffix, SearchOption.AllDirectories));
        }

        return run.Error;
    }
}
