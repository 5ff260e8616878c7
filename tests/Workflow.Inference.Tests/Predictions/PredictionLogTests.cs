using System.Globalization;
using Apache.Arrow;
using Apache.Arrow.Types;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Workflow.Data.Registry;
using Workflow.Data.Tables;
using Workflow.Inference.Predictions;

namespace Workflow.Inference.Tests.Predictions;

public sealed class PredictionLogTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2001, 4, 1, 22, 0, 0, TimeSpan.Zero);
    private static readonly ModelSignature Signature = new()
    {
        Inputs = new Schema([new Field("distance", Int32Type.Default, true)], null),
        Outputs = new Schema([new Field("score", FloatType.Default, false)], null),
    };

    private readonly string _folder = Path.Combine(Path.GetTempPath(), "workflow-log-" + Guid.NewGuid().ToString("n"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Fact]
    public async Task What_was_written_is_read_back_day_by_day()
    {
        await using (var writer = new PredictionLogWriter("delay", Signature, new PredictionLogOptions { Folder = _folder, FlushRows = 100 }))
        {
            for (var i = 0; i < 50; i++)
            {
                using var rows = Rows(i * 10, 10);
                await writer.WriteAsync(rows, Token);
            }
        }

        // An hour a row from 22 o'clock on: the first day has two rows.
        Assert.Equal(2, await CountAsync(Query(until: new DateOnly(2001, 4, 2))));
        Assert.Equal(24, await CountAsync(Query(new DateOnly(2001, 4, 2), new DateOnly(2001, 4, 3))));
        var ids = new List<string>();
        await foreach (var batch in PredictionLogTable.Open(Query()).ReadAsync(cancellationToken: Token))
        {
            using (batch)
            {
                Assert.Equal(PredictionLogSchema.For(Signature).FieldsList.Select(TableSchema.Describe), batch.Schema.FieldsList.Select(TableSchema.Describe));
                for (var row = 0; row < batch.Length; row++)
                {
                    var id = ((StringArray)batch.Column(0)).GetString(row);
                    var number = int.Parse(id, CultureInfo.InvariantCulture);
                    Assert.Equal(Start.AddHours(number), ((TimestampArray)batch.Column(1)).GetTimestamp(row));
                    Assert.Equal(("delay", 7L, "champion"), (((StringArray)batch.Column(2)).GetString(row), ((Int64Array)batch.Column(3)).GetValue(row), ((StringArray)batch.Column(4)).GetString(row)));
                    Assert.Equal((double)(number * 0.1f), ((DoubleArray)batch.Column(5)).GetValue(row));
                    Assert.Equal(number % 3 == 0 ? null : number, ((Int32Array)batch.Column(7)).GetValue(row));
                    ids.Add(id);
                }
            }
        }

        Assert.Equal(Enumerable.Range(0, 500).Select(i => i.ToString(CultureInfo.InvariantCulture)), ids);
    }

    [Fact]
    public async Task A_part_that_is_written_again_is_replaced()
    {
        await using var writer = new PredictionLogWriter("delay", Signature, new PredictionLogOptions { Folder = _folder });
        using var rows = Rows(0, 30);
        await writer.WritePartAsync("april", [rows], Token);
        await writer.WritePartAsync("april", [rows], Token);
        Assert.Equal(30, await CountAsync(Query()));
    }

    [Fact]
    public async Task A_full_queue_drops_and_counts_but_never_waits_and_a_flush_writes_the_rest()
    {
        // The clock stands still and no file is due: only the capacity ends the queue.
        await using var writer = new PredictionLogWriter(
            "delay",
            Signature,
            new PredictionLogOptions { Folder = _folder, Capacity = 4 },
            new ServiceCollection().AddSingleton<TimeProvider>(new FakeTimeProvider()).BuildServiceProvider());
        var taken = 0;
        for (var i = 0; i < 20_000; i++)
        {
            using var rows = Rows(i, 1);
            taken += writer.TryWrite(rows) ? 1 : 0;
        }

        await writer.FlushAsync(Token);
        Assert.Equal(20_000, taken + writer.DroppedRows);
        Assert.Equal(taken, await CountAsync(Query()));
        Assert.True(taken > 4);
    }

    [Fact]
    public async Task Rows_wait_no_longer_than_the_interval()
    {
        var time = new FakeTimeProvider();
        await using var writer = new PredictionLogWriter(
            "delay", Signature, new PredictionLogOptions { Folder = _folder }, new ServiceCollection().AddSingleton<TimeProvider>(time).BuildServiceProvider());
        using var rows = Rows(0, 2);
        Assert.True(writer.TryWrite(rows));
        while (await CountAsync(Query()) == 0)
        {
            time.Advance(TimeSpan.FromSeconds(11));
            await Task.Yield();
        }

        Assert.Equal(2, await CountAsync(Query()));
    }

    [Fact]
    public async Task A_log_that_is_not_there_is_empty_and_a_damaged_file_is_named()
    {
        Assert.Equal(0, await CountAsync(Query()));
        Assert.Equal(0, PredictionLogTable.Open(Query()).RowCount);
        var day = Directory.CreateDirectory(Path.Combine(_folder, "model=delay", "date=2001-04-01"));
        await File.WriteAllBytesAsync(Path.Combine(day.FullName, "part-x.arrow"), new byte[100], Token);
        var fault = await Assert.ThrowsAsync<InvalidDataException>(() => CountAsync(Query()));
        Assert.Contains("part-x.arrow", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_that_would_leave_the_folder_are_refused() =>
        Assert.Throws<ArgumentException>(() => new PredictionLogWriter("../x", Signature, new PredictionLogOptions { Folder = _folder }));

    [Fact]
    public async Task Other_columns_are_refused_before_anything_is_written()
    {
        await using var writer = new PredictionLogWriter("delay", Signature, new PredictionLogOptions { Folder = _folder });
        using var rows = new RecordBatch(new Schema([new Field("x", Int32Type.Default, true)], null), [new Int32Array.Builder().Append(1).Build()], 1);
        Assert.Equal(8, Assert.Throws<SchemaMismatchException>(() => writer.TryWrite(rows)).Differences.Length);
    }

    private static RecordBatch Rows(int first, int count)
    {
        var distance = new Int32Array.Builder();
        for (var i = first; i < first + count; i++)
        {
            if (i % 3 == 0)
            {
                distance.AppendNull();
            }
            else
            {
                distance.Append(i);
            }
        }

        using var inputs = new RecordBatch(new Schema([new Field("distance", Int32Type.Default, true)], null), [distance.Build()], count);
        using var scores = new RecordBatch(
            new Schema([new Field("score", FloatType.Default, false)], null), [new FloatArray.Builder().AppendRange(Enumerable.Range(first, count).Select(i => i * 0.1f)).Build()], count);
        return new PredictionRows
        {
            Inputs = inputs,
            Scores = scores,
            RequestIds = [.. Enumerable.Range(first, count).Select(i => i.ToString(CultureInfo.InvariantCulture))],
            EventTimes = [.. Enumerable.Range(first, count).Select(i => Start.AddHours(i))],
            Version = 7,
        }.ToBatch("delay", Signature);
    }

    private static async Task<long> CountAsync(PredictionLogQuery query)
    {
        var count = 0L;
        await foreach (var batch in PredictionLogTable.Open(query).ReadAsync([PredictionLogSchema.Score], Token))
        {
            count += batch.Length;
            batch.Dispose();
        }

        return count;
    }

    private PredictionLogQuery Query(DateOnly? from = null, DateOnly? until = null) => new()
    {
        Folder = _folder,
        Model = "delay",
        Signature = Signature,
        From = from,
        Until = until,
    };
}
