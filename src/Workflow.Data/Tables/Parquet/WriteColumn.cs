using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Workflow.Data.Tables.Parquet;

/// <summary>How one Arrow column is stored: the inverse of <see cref="ParquetColumn"/>. Immutable.</summary>
internal sealed record WriteColumn(Field Field, PhysicalType Type, int StoredWidth)
{
    /// <summary>Gets what turns one Arrow value into stored bytes; null where they are the same bytes or the column has no fixed width.</summary>
    public ValueConversion? Convert { get; private init; }

    /// <summary>Gets bytes of an Arrow value; 0 for booleans, texts and bytes.</summary>
    public int ValueWidth { get; private init; }

    public bool HasIntegers => Type is PhysicalType.Int32 or PhysicalType.Int64;

    /// <exception cref="SchemaMismatchException">Columns have types that Parquet or this writer lacks; all are listed.</exception>
    public static ImmutableArray<WriteColumn> Map(Schema schema)
    {
        var columns = schema.FieldsList.Select(f => (Field: f, Column: Create(f))).ToList();
        var bad = columns.Where(c => c.Column is null)
            .Select(c => new SchemaDifference(c.Field.Name, "a flat type: booleans, integers, floats, decimal128, date32, times, timestamps, utf8 or bytes", TableSchema.Describe(c.Field)))
            .Concat(schema.FieldsList.GroupBy(f => f.Name, StringComparer.Ordinal).Where(g => g.Count() > 1)
                .Select(g => new SchemaDifference(g.Key, "one column of each name", $"{g.Count()} of this name")))
            .ToImmutableArray();
        return bad.IsEmpty ? [.. columns.Select(c => c.Column!)] : throw new SchemaMismatchException("a Parquet file", bad);
    }

    /// <summary>Writes the schema element of this column.</summary>
    public void WriteSchema(CompactWriter writer)
    {
        writer.Begin().I32(1, (int)Type);
        if (Type == PhysicalType.FixedLengthByteArray)
        {
            writer.I32(2, StoredWidth);
        }

        writer.I32(3, (int)(Field.IsNullable ? Repetition.Optional : Repetition.Required)).Text(4, Field.Name);
        switch (ValueType)
        {
            case StringType:
                writer.I32(6, 0).BeginField(10).BeginField(1).End().End();
                break;
            case Decimal128Type d:
                writer.I32(6, 5).I32(7, d.Scale).I32(8, d.Precision).BeginField(10).BeginField(5).I32(1, d.Scale).I32(2, d.Precision).End().End();
                break;
            case Date32Type:
                writer.I32(6, 6).BeginField(10).BeginField(6).End().End();
                break;
            case Time32Type:
                WriteTime(writer.I32(6, 7), 7, 1);
                break;
            case Time64Type { Unit: TimeUnit.Microsecond }:
                WriteTime(writer.I32(6, 8), 7, 2);
                break;
            case Time64Type:
                WriteTime(writer, 7, 3);
                break;
            case TimestampType:
                WriteTime(writer.I32(6, 10), 8, 2);
                break;
            case HalfFloatType:
                writer.BeginField(10).BeginField(15).End().End();
                break;
            case Int8Type or Int16Type or UInt8Type or UInt16Type or UInt32Type or UInt64Type:
                var isSigned = ValueType is Int8Type or Int16Type;
                var width = ((FixedWidthType)ValueType).BitWidth;
                writer.I32(6, (isSigned ? 15 : 11) + int.Log2(width) - 3).BeginField(10).BeginField(10).I8(1, (byte)width).Boolean(2, isSigned).End().End();
                break;
            default:
                break;
        }

        writer.End();
    }

    private IArrowType ValueType => Field.DataType is DictionaryType d ? d.ValueType : Field.DataType;

    private static void WriteTime(CompactWriter writer, int logicalType, int unit) =>
        writer.BeginField(10).BeginField(logicalType).Boolean(1, true).BeginField(2).BeginField(unit).End().End().End().End();

    private static WriteColumn? Create(Field field) => field.DataType switch
    {
        BooleanType => new(field, PhysicalType.Boolean, 0),
        Int8Type => Widened(field, 1, (from, to) => Widen<sbyte>(from, to, v => v)),
        UInt8Type => Widened(field, 1, (from, to) => Widen<byte>(from, to, v => v)),
        Int16Type => Widened(field, 2, (from, to) => Widen<short>(from, to, v => v)),
        UInt16Type => Widened(field, 2, (from, to) => Widen<ushort>(from, to, v => v)),
        Int32Type or UInt32Type or Date32Type or Time32Type { Unit: TimeUnit.Millisecond } => Same(field, PhysicalType.Int32, 4),
        Int64Type or UInt64Type or Time64Type => Same(field, PhysicalType.Int64, 8),
        FloatType => Same(field, PhysicalType.Float, 4),
        DoubleType => Same(field, PhysicalType.Double, 8),
        HalfFloatType => Same(field, PhysicalType.FixedLengthByteArray, 2),
        TimestampType t => Same(field, PhysicalType.Int64, 8) with { Convert = ToMicroseconds(t.Unit) },
        Decimal128Type d => new(field, PhysicalType.FixedLengthByteArray, DecimalWidth(d.Precision)) { ValueWidth = 16, Convert = ToBigEndian(DecimalWidth(d.Precision)) },
        FixedSizeBinaryType b => Same(field, PhysicalType.FixedLengthByteArray, b.ByteWidth),
        StringType or BinaryType => new(field, PhysicalType.ByteArray, 0),
        DictionaryType { ValueType: StringType } => new(field, PhysicalType.ByteArray, 0),
        _ => null,
    };

    private static WriteColumn Same(Field field, PhysicalType type, int width) => new(field, type, width) { ValueWidth = width };

    private static WriteColumn Widened(Field field, int width, ValueConversion convert) => new(field, PhysicalType.Int32, 4) { ValueWidth = width, Convert = convert };

    private static void Widen<T>(ReadOnlySpan<byte> from, Span<byte> to, Func<T, int> widen)
        where T : struct
    {
        var values = MemoryMarshal.Cast<byte, T>(from);
        var wide = MemoryMarshal.Cast<byte, int>(to);
        for (var i = 0; i < values.Length; i++)
        {
            wide[i] = widen(values[i]);
        }
    }

    private static ValueConversion? ToMicroseconds(TimeUnit unit) => unit switch
    {
        TimeUnit.Second => (from, to) =>
        {
            var milliseconds = new byte[from.Length];
            ValueConversions.MillisecondsToMicroseconds(from, milliseconds);
            ValueConversions.MillisecondsToMicroseconds(milliseconds, to);
        },
        TimeUnit.Millisecond => ValueConversions.MillisecondsToMicroseconds,
        TimeUnit.Nanosecond => ValueConversions.NanosecondsToMicroseconds,
        _ => null,
    };

    // The fewest bytes whose two's complement holds every number of so many digits.
    private static int DecimalWidth(int precision)
    {
        var limit = System.Numerics.BigInteger.Pow(10, precision);
        return (limit - 1).GetByteCount();
    }

    private static ValueConversion ToBigEndian(int width) => (from, to) =>
    {
        Span<byte> whole = stackalloc byte[16];
        for (var i = 0; i * 16 < from.Length; i++)
        {
            BinaryPrimitives.WriteInt128BigEndian(whole, BinaryPrimitives.ReadInt128LittleEndian(from[(i * 16)..]));
            var value = whole[(16 - width)..];
            if (whole[..(16 - width)].IndexOfAnyExcept((byte)((sbyte)value[0] >> 7)) >= 0)
            {
                throw new MalformedException($"decimals that fit into {width} bytes", "a larger one");
            }

            value.CopyTo(to[(i * width)..]);
        }
    };
}
