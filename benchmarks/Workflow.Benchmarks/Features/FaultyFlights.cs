using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Data.Tables;
using Workflow.Numerics.Random;

namespace Workflow.Benchmarks.Features;

/// <summary>
/// The flights as a stream that is not tidy: each is known half an hour and 8 s a mile after departure, to the minute; some days late; some twice;
/// some corrected once or twice, to another delay, time or airport; some deleted, and some of those come back.
/// </summary>
internal sealed class FaultyFlights
{
    private static readonly TimestampType Time = new(TimeUnit.Microsecond, "UTC");
    private static readonly Schema Events = new(
        [
            new Field("id", Int64Type.Default, false), new Field("date", Time, false), new Field("known", Time, false), new Field("gone", BooleanType.Default, false),
            new Field("delay", Int64Type.Default, true), new Field("distance", Int64Type.Default, true), new Field("origin", StringType.Default, false), new Field("destination", StringType.Default, false),
        ],
        null);

    private readonly List<Row> _rows = [];
    private readonly List<Row> _base = [];

    public SortedDictionary<string, long> Counts { get; } = new(StringComparer.Ordinal);

    public static async Task<FaultyFlights> ReadAsync(string path, int limit)
    {
        var flights = new FaultyFlights();
        var parquet = await ParquetTable.OpenAsync(path);
        await foreach (var batch in parquet.ReadAsync())
        {
            using (batch)
            {
                flights.Add(batch, limit);
            }
        }

        // Stable: what is known at the same minute stays in the order in which it was made.
        var order = flights._rows.Select(static (r, i) => (r.Known, i)).Order().Select(static k => k.i).ToArray();
        Row[] sorted = [.. order.Select(i => flights._rows[i])];
        flights._rows.Clear();
        flights._rows.AddRange(sorted);
        flights.CountTies();
        return flights;
    }

    public BatchTable Table() => Table(_rows);

    /// <summary>Gives the flights as they departed, some of them, in the order of departure.</summary>
    public BatchTable Departures(int every) => Table(_base.Where((_, i) => i % every == 0).OrderBy(static r => r.Date));

    private static BatchTable Table(IEnumerable<Row> rows) => new(Events, rows.Chunk(TableSource.DefaultBatchRows).Select(static chunk =>
    {
        var (id, date, known, gone) = (new Int64Array.Builder(), new TimestampArray.Builder(Time), new TimestampArray.Builder(Time), new BooleanArray.Builder());
        var (delay, distance, origin, destination) = (new Int64Array.Builder(), new Int64Array.Builder(), new StringArray.Builder(), new StringArray.Builder());
        foreach (var row in chunk)
        {
            id.Append(row.Id);
            date.Append(DateTimeOffset.UnixEpoch.AddTicks(row.Date * 10));
            known.Append(DateTimeOffset.UnixEpoch.AddTicks(row.Known * 10));
            gone.Append(row.Gone);
            _ = row.Delay is { } d ? delay.Append(d) : delay.AppendNull();
            _ = row.Distance is { } s ? distance.Append(s) : distance.AppendNull();
            origin.Append(row.Origin);
            destination.Append(row.Destination);
        }

        return new RecordBatch(Events, [id.Build(), date.Build(), known.Build(), gone.Build(), delay.Build(), distance.Build(), origin.Build(), destination.Build()], chunk.Length);
    }));

    private void Add(RecordBatch batch, int limit)
    {
        var dates = (TimestampArray)batch.Column("date");
        var factor = ((TimestampType)dates.Data.DataType).Unit switch { TimeUnit.Second => 1_000_000, TimeUnit.Millisecond => 1_000, _ => 1L };
        for (var i = 0; i < batch.Length && _base.Count < limit; i++)
        {
            var random = new Philox(5, "faulty flights", (ulong)_base.Count);
            var (date, distance) = (dates.Values[i] * factor, Integer(batch.Column("distance"), i));
            var known = Minute(date + ((1800 + (8 * (distance ?? 0))) * 1_000_000));
            var row = new Row(_base.Count, date, known, false, Integer(batch.Column("delay"), i), distance, Text(batch.Column("origin"), i), Text(batch.Column("destination"), i));
            _base.Add(row);
            if (random.NextInt32(50) == 0)
            {
                Count("late by up to 5 days");
                row = row with { Known = row.Known + (random.NextInt32(5 * 24 * 60) * 60_000_000L) };
            }

            _rows.Add(row);
            Count("events");
            Spoil(row, ref random);
        }
    }

    private void Spoil(Row row, ref Philox random)
    {
        switch (random.NextInt32(25))
        {
            case 0:
                Count("repeated exactly");
                _rows.Add(row);
                break;
            case 1:
                Count("repeated later");
                _rows.Add(row with { Known = row.Known + (random.NextInt32(3 * 24 * 60) * 60_000_000L) });
                break;
            case 2 or 3:
                for (var versions = 1 + random.NextInt32(2); versions > 0; versions--)
                {
                    Count("corrected");

                    // Now and then in the very minute of the version before.
                    var known = row.Known + (random.NextInt32(8) == 0 ? 0 : random.NextInt32(2 * 24 * 60) * 60_000_000L);
                    row = row with { Known = known, Delay = (row.Delay ?? 0) + random.NextInt32(60) - 20 };
                    if (random.NextInt32(4) == 0)
                    {
                        Count("moved to another airport");
                        (row, _) = (row with { Origin = row.Destination, Destination = row.Origin }, 0);
                    }

                    if (random.NextInt32(4) == 0)
                    {
                        Count("moved to another time");
                        row = row with { Date = row.Date + ((random.NextInt32(240) - 120) * 60_000_000L) };
                    }

                    _rows.Add(row);
                }

                break;
            case 4:
                Count("deleted");
                row = row with { Gone = true, Known = row.Known + (random.NextInt32(24 * 60) * 60_000_000L) };
                _rows.Add(row);
                if (random.NextInt32(10) == 0)
                {
                    Count("undeleted");
                    _rows.Add(row with { Gone = false, Known = row.Known + 3_600_000_000 });
                }

                break;
        }
    }

    private void CountTies()
    {
        var times = new HashSet<(string, long)>();
        foreach (var row in _rows)
        {
            Counts["tied in time and airport"] = Counts.GetValueOrDefault("tied in time and airport") + (times.Add((row.Origin, row.Date)) ? 0 : 1);
        }
    }

    private void Count(string what) => Counts[what] = Counts.GetValueOrDefault(what) + 1;

    private static long Minute(long microseconds) => microseconds / 60_000_000 * 60_000_000;

    private static long? Integer(IArrowArray array, int i) => array.IsNull(i) ? null : array switch
    {
        Int64Array a => a.Values[i],
        Int32Array a => a.Values[i],
        Int16Array a => a.Values[i],
        _ => throw new InvalidOperationException($"{array.GetType()}"),
    };

    private static string Text(IArrowArray array, int i) => array is DictionaryArray d
        ? ((StringArray)d.Dictionary).GetString((int)Integer(d.Indices, i)!.Value)
        : ((StringArray)array).GetString(i);

    private sealed record Row(long Id, long Date, long Known, bool Gone, long? Delay, long? Distance, string Origin, string Destination);
}
