using Apache.Arrow;
using Apache.Arrow.Memory;
using Apache.Arrow.Types;
using CsCheck;
using Workflow.Data.Tables;

namespace Workflow.Features.Tests;

/// <summary>A row of a small log in which everything awkward is frequent: ties, nulls, duplicates, late availability.</summary>
internal sealed record LogEvent(string? Origin, string? Destination, long? Date, long? Known)
{
    public long? Delay { get; init; }

    public double? Price { get; init; }

    public long? Distance { get; init; }

    public long? Id { get; init; }

    public bool? IsDeleted { get; init; }

    public static Schema Schema { get; } = new(
        [
            new Field("date", new TimestampType(TimeUnit.Microsecond, "UTC"), true),
            new Field("known", new TimestampType(TimeUnit.Microsecond, (string?)null), true),
            new Field("delay", Int64Type.Default, true),
            new Field("price", DoubleType.Default, true),
            new Field("distance", Int64Type.Default, true),
            new Field("origin", StringType.Default, true),
            new Field("destination", StringType.Default, true),
            new Field("number", Int64Type.Default, true),
            new Field("id", Int64Type.Default, true),
            new Field("gone", BooleanType.Default, true),
            new Field("note", StringType.Default, true),
        ],
        null);

    public static Gen<LogEvent[]> Log(int length) =>
        Gen.Select(Text, Text, Gen.Long[0, 60], Gen.Long[-5, 30], Gen.Select(Number, Price_, Number, Gen.Long[0, 14], Gen.Int[0, 6]), static (origin, destination, date, wait, values) =>
            new LogEvent(origin, destination, wait == 7 ? null : date, wait == 3 ? null : date + wait)
            {
                Delay = values.Item1,
                Price = values.Item2,
                Distance = values.Item3,
                Id = values.Item4 == 14 ? null : values.Item4,
                IsDeleted = values.Item5 switch { 0 => true, 1 => null, _ => false },
            }).Array[0, length].Select(static log => log.Length > 3 ? [.. log, log[0], log[^1]] : log);

    private static Gen<string?> Text => Gen.Int[0, 4].Select(static i => i == 4 ? null : new[] { "A", "B", "ÄÖ", "" }[i]);

    private static Gen<long?> Number => Gen.Long[-10, 40].Select(static i => i == 40 ? (long?)null : i);

    private static Gen<double?> Price_ => Gen.Frequency(
        (8, Gen.Double[-100, 100].Select(static d => (double?)d)),
        (1, Gen.OneOf([.. new double?[] { null, double.NaN, double.PositiveInfinity, -0.0, 1e300 }.Select(Gen.Const)])));

    public static BatchTable Table(IReadOnlyList<LogEvent> log, int batchRows = 7, MemoryAllocator? allocator = null) =>
        new(Schema, log.Chunk(batchRows).Select(rows => Batch(rows, allocator)));

    public static RecordBatch Batch(IReadOnlyCollection<LogEvent> rows, MemoryAllocator? allocator = null) => new(
        Schema,
        [
            Times(rows.Select(static r => r.Date), (TimestampType)Schema.FieldsList[0].DataType, allocator),
            Times(rows.Select(static r => r.Known), (TimestampType)Schema.FieldsList[1].DataType, allocator),
            Integers(rows.Select(static r => r.Delay), allocator),
            Add(rows, new DoubleArray.Builder(), static (b, r) => _ = r.Price is { } v ? b.Append(v) : b.AppendNull()).Build(allocator),
            Integers(rows.Select(static r => r.Distance), allocator),
            Add(rows, new StringArray.Builder(), static (b, r) => b.Append(r.Origin)).Build(allocator),
            Add(rows, new StringArray.Builder(), static (b, r) => b.Append(r.Destination)).Build(allocator),
            Integers(rows.Select(static r => r.Delay is { } d ? d % 3 : (long?)null), allocator),
            Integers(rows.Select(static r => r.Id), allocator),
            Add(rows, new BooleanArray.Builder(), static (b, r) => _ = r.IsDeleted is { } v ? b.Append(v) : b.AppendNull()).Build(allocator),
            Add(rows, new StringArray.Builder(), static (b, r) => b.Append(r.Price is > 50 ? null : $"{r.Origin} {r.Delay}")).Build(allocator),
        ],
        rows.Count);

    private static Int64Array Integers(IEnumerable<long?> values, MemoryAllocator? allocator)
    {
        var builder = new Int64Array.Builder();
        foreach (var value in values)
        {
            _ = value is { } v ? builder.Append(v) : builder.AppendNull();
        }

        return builder.Build(allocator);
    }

    private static TimestampArray Times(IEnumerable<long?> values, TimestampType type, MemoryAllocator? allocator)
    {
        var builder = new TimestampArray.Builder(type);
        foreach (var value in values)
        {
            _ = value is { } v ? builder.Append(DateTimeOffset.UnixEpoch.AddTicks(v * 10)) : builder.AppendNull();
        }

        return builder.Build(allocator);
    }

    private static TBuilder Add<TBuilder>(IEnumerable<LogEvent> rows, TBuilder builder, Action<TBuilder, LogEvent> add)
    {
        foreach (var row in rows)
        {
            add(builder, row);
        }

        return builder;
    }
}
