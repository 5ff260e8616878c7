using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Data.Tables;
using Workflow.Numerics.Random;

namespace Workflow.Benchmarks.Features;

/// <summary>The two tables of the figure of joins, in Arrow memory: keys drawn evenly, no two times equal, int64 values.</summary>
internal static class JoinTables
{
    private static readonly TimestampType Micros = new(TimeUnit.Microsecond, "UTC");

    /// <summary>Makes the features: key, t, v, w, x.</summary>
    public static BatchTable Features(JoinSize size)
    {
        var (keys, times) = Draw(size.Features, size.Keys, "features", 0);
        if (size.IsSorted)
        {
            // By (key, time), packed into one number each.
            var packed = new ulong[keys.Length];
            for (var i = 0; i < keys.Length; i++)
            {
                packed[i] = ((ulong)keys[i] << 40) | (ulong)(times[i] >> 4);
            }

            packed.AsSpan().Sort();
            for (var i = 0; i < keys.Length; i++)
            {
                (keys[i], times[i]) = ((long)(packed[i] >> 40), (long)(packed[i] & ((1UL << 40) - 1)) << 4);
            }
        }

        return Table(keys, times, size.IsText, size.Columns, isLabels: false);
    }

    /// <summary>Makes the labels: key, t, i.</summary>
    public static BatchTable Labels(JoinSize size)
    {
        var (keys, times) = Draw(size.Labels, size.Keys, "labels", 8);
        return Table(keys, times, size.IsText, 1, isLabels: true);
    }

    // A time is 16 µs times a distinct number, so that features and labels never meet.
    private static (long[] Keys, long[] Times) Draw(int rows, int keys, string name, int offset)
    {
        const long prime = 10_000_000_019;
        var random = new Philox(20_260_101, "join " + name);
        var (key, time) = (new long[rows], new long[rows]);
        for (var i = 0; i < rows; i++)
        {
            // The middle of a product spreads i over a period of the prime without repeats.
            key[i] = random.NextInt32(keys);
            time[i] = ((long)(((Int128)(i + 1) * 6_364_136_223) % prime) * 16) + offset;
        }

        return (key, time);
    }

    /// <summary>Gets the names of the payload columns.</summary>
    public static IReadOnlyList<string> Payload { get; } = ["v", "w", "x"];

    private static BatchTable Table(long[] keys, long[] times, bool isText, int columns, bool isLabels)
    {
        List<Field> fields = [new("key", isText ? StringType.Default : Int64Type.Default, false), new("t", Micros, false)];
        fields.AddRange((isLabels ? ["i"] : Payload.Take(columns)).Select(static n => new Field(n, Int64Type.Default, false)));
        var schema = new Schema(fields, null);
        var batches = new List<RecordBatch>();
        for (var at = 0; at < keys.Length; at += TableSource.DefaultBatchRows)
        {
            var length = Math.Min(TableSource.DefaultBatchRows, keys.Length - at);
            List<IArrowArray> arrays = [isText ? Texts(keys.AsSpan(at, length)) : Longs(keys.AsSpan(at, length)), new TimestampArray(Micros, Bytes(times.AsSpan(at, length)), ArrowBuffer.Empty, length, 0, 0)];
            for (var c = 0; c < fields.Count - 2; c++)
            {
                var values = new long[length];
                for (var i = 0; i < length; i++)
                {
                    values[i] = isLabels ? at + i : ((times[at + i] ^ keys[at + i]) % 1_000_003) + c;
                }

                arrays.Add(Longs(values));
            }

            batches.Add(new RecordBatch(schema, arrays, length));
        }

        return new BatchTable(schema, batches);
    }

    private static Int64Array Longs(ReadOnlySpan<long> values) => new(Bytes(values), ArrowBuffer.Empty, values.Length, 0, 0);

    private static StringArray Texts(ReadOnlySpan<long> keys)
    {
        var builder = new StringArray.Builder();
        foreach (var key in keys)
        {
            builder.Append($"user-{key:0000000}");
        }

        return builder.Build();
    }

    private static ArrowBuffer Bytes(ReadOnlySpan<long> values) => new ArrowBuffer.Builder<long>(values.Length).Append(values).Build();
}
