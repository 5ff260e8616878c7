using System.Buffers.Binary;
using System.Data.Common;
using System.Globalization;
using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Data.Tables.Building;
using Workflow.Data.Tables.Csv;

namespace Workflow.Data.Tables.Queries;

/// <summary>Moves one column of a query into its builder, value by value. Not thread-safe.</summary>
internal abstract class QueryColumn(ArrayBuilder builder, int ordinal)
{
    public ArrayBuilder Builder => builder;

    protected int Ordinal => ordinal;

    public static bool Takes(IArrowType type) => Make(new Field("x", type, nullable: true), 0, assumeUtc: false) is not null;

    public static QueryColumn Of(Field field, int ordinal, bool assumeUtc) => Make(field, ordinal, assumeUtc) ?? throw new InvalidOperationException($"{field.DataType.Name} was accepted and has no column.");

    /// <summary>Appends the current row's value.</summary>
    /// <exception cref="InvalidDataException">It is of another type, or null where none may be.</exception>
    public void Append(DbDataReader reader, long row, string query)
    {
        if (reader.IsDBNull(ordinal))
        {
            if (!builder.Column.IsNullable)
            {
                throw Refused(row, query, "null");
            }

            builder.AppendNull();
        }
        else if (Value(reader) is { } wrong)
        {
            throw Refused(row, query, wrong);
        }
    }

    /// <summary>Appends a value that is there, or says what it is instead.</summary>
    protected abstract string? Value(DbDataReader reader);

    private static QueryColumn? Make(Field field, int ordinal, bool assumeUtc) => field.DataType switch
    {
        BooleanType => new Flags(new BooleanArrayBuilder(field), ordinal),
        Int64Type => new Numbers<long>(field, ordinal, static v => v switch { long x => x, int x => x, short x => x, sbyte x => x, byte x => x, _ => null }),
        Int32Type => new Numbers<int>(field, ordinal, static v => v switch { int x => x, short x => x, sbyte x => x, byte x => x, long x when x is >= int.MinValue and <= int.MaxValue => (int)x, _ => null }),
        Int16Type => new Numbers<short>(field, ordinal, static v => v switch { short x => x, sbyte x => x, byte x => x, long x when x is >= short.MinValue and <= short.MaxValue => (short)x, _ => null }),
        Int8Type => new Numbers<sbyte>(field, ordinal, static v => v switch { sbyte x => x, long x when x is >= sbyte.MinValue and <= sbyte.MaxValue => (sbyte)x, _ => null }),
        UInt8Type => new Numbers<byte>(field, ordinal, static v => v switch { byte x => x, long x when x is >= 0 and <= byte.MaxValue => (byte)x, _ => null }),
        DoubleType => new Numbers<double>(field, ordinal, static v => v switch { double x => x, float x => x, int x => x, short x => x, long x when x is <= 1L << 53 and >= -(1L << 53) => x, _ => null }),
        FloatType => new Numbers<float>(field, ordinal, static v => v switch { float x => x, double x when (float)x == x || double.IsNaN(x) => (float)x, _ => null }),
        Date32Type => new Numbers<int>(field, ordinal, Days),
        TimestampType { Unit: TimeUnit.Microsecond } => new Numbers<long>(field, ordinal, v => Microseconds(v, assumeUtc)),
        FixedSizeBinaryType { ByteWidth: 16, TypeId: ArrowTypeId.FixedSizedBinary } => new Numbers<UInt128>(field, ordinal, static v => v is Guid id ? Bytes(id) : v is string text && Guid.TryParseExact(text, "D", out var parsed) ? Bytes(parsed) : null),
        StringType => new Texts(new BytesArrayBuilder(field), ordinal),
        BinaryType => new Blobs(new BytesArrayBuilder(field), ordinal),
        _ => null,
    };

    private static int? Days(object value)
    {
        var epoch = DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;
        return value switch
        {
            DateOnly date => date.DayNumber - epoch,
            DateTime { TimeOfDay.Ticks: 0 } midnight => DateOnly.FromDateTime(midnight).DayNumber - epoch,
            string text when DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) => date.DayNumber - epoch,
            _ => null,
        };
    }

    private static long? Microseconds(object value, bool assumeUtc) => value switch
    {
        DateTimeOffset time => Floor(time.UtcTicks),
        DateTime { Kind: DateTimeKind.Utc } time => Floor(time.Ticks),
        DateTime { Kind: DateTimeKind.Unspecified } time when assumeUtc => Floor(time.Ticks),
        string text when (assumeUtc || HasZone(text)) && IsoTime.TryParseMicroseconds(System.Text.Encoding.UTF8.GetBytes(text), out var time) => time,
        _ => null,
    };

    private static bool HasZone(string text) => text.EndsWith('Z') || (text.Length > 11 && text.AsSpan(11).IndexOfAny('+', '-') > 0);

    private static long Floor(long ticks)
    {
        var (whole, rest) = Math.DivRem(ticks - DateTime.UnixEpoch.Ticks, TimeSpan.TicksPerMicrosecond);
        return rest < 0 ? whole - 1 : whole;
    }

    private static UInt128 Bytes(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadUInt128LittleEndian(bytes);
    }

    private static string Describe(object value) => value switch
    {
        byte[] bytes => $"{bytes.Length} bytes",
        DateTime { Kind: DateTimeKind.Unspecified } time => $"{time:O}, a time without a zone",
        _ when Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 100 } text => $"'{text[..100]}…' ({value.GetType().Name})",
        _ => $"'{Convert.ToString(value, CultureInfo.InvariantCulture)}' ({value.GetType().Name})",
    };

    private InvalidDataException Refused(long row, string query, string actual) =>
        new($"Column '{builder.Column.Name}' of {query}, row {row}: expected {TableSchema.Describe(builder.Column)}, got {actual}. Cast it in the query, or declare the column's type{(builder.Column.DataType is TimestampType ? "; times without a zone need AssumeUtc" : "")}.");

    private sealed class Numbers<T>(Field field, int ordinal, Func<object, T?> convert) : QueryColumn(new FixedArrayBuilder<T>(field), ordinal)
        where T : unmanaged
    {
        protected override string? Value(DbDataReader reader)
        {
            var value = reader.GetValue(Ordinal);
            if (convert(value) is not { } number)
            {
                return Describe(value);
            }

            ((FixedArrayBuilder<T>)Builder).Append(number);
            return null;
        }
    }

    private sealed class Flags(BooleanArrayBuilder builder, int ordinal) : QueryColumn(builder, ordinal)
    {
        // SQLite has no booleans: 0 and 1 stand for them.
        protected override string? Value(DbDataReader reader)
        {
            var value = reader.GetValue(Ordinal);
            if (value is not (bool or 0L or 1L))
            {
                return Describe(value);
            }

            builder.Append(value is true or 1L);
            return null;
        }
    }

    private sealed class Texts(BytesArrayBuilder builder, int ordinal) : QueryColumn(builder, ordinal)
    {
        protected override string? Value(DbDataReader reader)
        {
            var value = reader.GetValue(Ordinal);
            if (value is not string text)
            {
                return Describe(value);
            }

            builder.Append(System.Text.Encoding.UTF8.GetBytes(text));
            return null;
        }
    }

    private sealed class Blobs(BytesArrayBuilder builder, int ordinal) : QueryColumn(builder, ordinal)
    {
        protected override string? Value(DbDataReader reader)
        {
            var value = reader.GetValue(Ordinal);
            if (value is not byte[] bytes)
            {
                return Describe(value);
            }

            builder.Append(bytes);
            return null;
        }
    }
}
