using Apache.Arrow;
using Apache.Arrow.Types;

namespace Workflow.Data.Tables.Parquet;

/// <summary>One column as it is stored and as Arrow will hold it. Immutable.</summary>
/// <param name="Field">The Arrow field.</param>
/// <param name="Type">How the values are stored.</param>
/// <param name="StoredWidth">Bytes of a stored value; 0 for booleans and byte arrays.</param>
/// <param name="ValueWidth">Bytes of an Arrow value; 0 for booleans, texts and bytes.</param>
/// <param name="Convert">Turns stored into Arrow values; null where they are the same bytes.</param>
internal sealed record ParquetColumn(Field Field, PhysicalType Type, int StoredWidth, int ValueWidth, ValueConversion? Convert)
{
    private static readonly TimestampType Timestamp = new(TimeUnit.Microsecond, "UTC");

    public bool IsText => Field.DataType is StringType or DictionaryType;

    public ColumnReader CreateReader(ChunkReader chunks) => (Type, Field.DataType) switch
    {
        (PhysicalType.Boolean, _) => new BooleanColumnReader(this, chunks),
        (PhysicalType.ByteArray, Decimal128Type) => new DecimalBytesColumnReader(this, chunks),
        (PhysicalType.ByteArray, DictionaryType) => new DictionaryColumnReader(this, chunks),
        (PhysicalType.ByteArray, _) => new BinaryColumnReader(this, chunks),
        _ => new FixedColumnReader(this, chunks),
    };

    /// <summary>Maps a leaf of the schema.</summary>
    /// <returns>Null when its type has no Arrow column here.</returns>
    public static ParquetColumn? Create(SchemaElement element)
    {
        var column = element.Type switch
        {
            PhysicalType.Boolean when element.Annotation is Annotation.None or Annotation.AlwaysNull => Plain(element, BooleanType.Default, 0),
            PhysicalType.Int32 => FromInt32(element),
            PhysicalType.Int64 => FromInt64(element),
            PhysicalType.Int96 => new ParquetColumn(Named(element, Timestamp), PhysicalType.Int96, 12, 8, ValueConversions.Int96ToMicroseconds),
            PhysicalType.Float when element.Annotation is Annotation.None or Annotation.AlwaysNull => Plain(element, FloatType.Default, 4),
            PhysicalType.Double when element.Annotation is Annotation.None or Annotation.AlwaysNull => Plain(element, DoubleType.Default, 8),
            PhysicalType.ByteArray => FromByteArray(element),
            PhysicalType.FixedLengthByteArray when element.TypeLength is > 0 and <= 1 << 20 => FromFixedBytes(element),
            _ => null,
        };
        return column;
    }

    private static ParquetColumn? FromInt32(SchemaElement e) => e.Annotation switch
    {
        Annotation.None or Annotation.AlwaysNull => Plain(e, Int32Type.Default, 4),
        Annotation.Date => Plain(e, Date32Type.Default, 4),
        Annotation.Time when e.Resolution == TimeResolution.Milliseconds => Plain(e, new Time32Type(TimeUnit.Millisecond), 4),
        Annotation.Decimal when IsDecimal(e) => Plain(e, new Decimal128Type(e.Precision, e.Scale), 4) with { ValueWidth = 16, Convert = ValueConversions.Int32ToDecimal },
        Annotation.Integer => (e.BitWidth, e.IsSigned) switch
        {
            (8, true) => Plain(e, Int8Type.Default, 4) with { ValueWidth = 1, Convert = ValueConversions.ToInt8 },
            (8, false) => Plain(e, UInt8Type.Default, 4) with { ValueWidth = 1, Convert = ValueConversions.ToInt8 },
            (16, true) => Plain(e, Int16Type.Default, 4) with { ValueWidth = 2, Convert = ValueConversions.ToInt16 },
            (16, false) => Plain(e, UInt16Type.Default, 4) with { ValueWidth = 2, Convert = ValueConversions.ToInt16 },
            (32, true) => Plain(e, Int32Type.Default, 4),
            (32, false) => Plain(e, UInt32Type.Default, 4),
            _ => null,
        },
        _ => null,
    };

    private static ParquetColumn? FromInt64(SchemaElement e) => e.Annotation switch
    {
        Annotation.None or Annotation.AlwaysNull => Plain(e, Int64Type.Default, 8),
        Annotation.Timestamp => Plain(e, Timestamp, 8) with
        {
            Convert = e.Resolution switch
            {
                TimeResolution.Milliseconds => ValueConversions.MillisecondsToMicroseconds,
                TimeResolution.Nanoseconds => ValueConversions.NanosecondsToMicroseconds,
                _ => null,
            },
        },
        Annotation.Time when e.Resolution != TimeResolution.Milliseconds =>
            Plain(e, new Time64Type(e.Resolution == TimeResolution.Microseconds ? TimeUnit.Microsecond : TimeUnit.Nanosecond), 8),
        Annotation.Decimal when IsDecimal(e) => Plain(e, new Decimal128Type(e.Precision, e.Scale), 8) with { ValueWidth = 16, Convert = ValueConversions.Int64ToDecimal },
        Annotation.Integer when e.BitWidth == 64 => Plain(e, e.IsSigned ? Int64Type.Default : UInt64Type.Default, 8),
        _ => null,
    };

    private static ParquetColumn? FromByteArray(SchemaElement e) => e.Annotation switch
    {
        Annotation.Text => Plain(e, StringType.Default, 0),
        Annotation.None or Annotation.Bytes or Annotation.AlwaysNull => Plain(e, BinaryType.Default, 0),
        Annotation.Decimal when IsDecimal(e) => Plain(e, new Decimal128Type(e.Precision, e.Scale), 0),
        _ => null,
    };

    private static ParquetColumn? FromFixedBytes(SchemaElement e) => e.Annotation switch
    {
        Annotation.None or Annotation.Uuid or Annotation.AlwaysNull => Plain(e, new FixedSizeBinaryType(e.TypeLength), e.TypeLength),
        Annotation.Float16 when e.TypeLength == 2 => Plain(e, HalfFloatType.Default, 2),
        Annotation.Decimal when IsDecimal(e) && e.TypeLength <= 64 =>
            Plain(e, new Decimal128Type(e.Precision, e.Scale), e.TypeLength) with { ValueWidth = 16, Convert = ValueConversions.BigEndianToDecimal(e.TypeLength) },
        _ => null,
    };

    private static bool IsDecimal(SchemaElement e) => e.Precision is >= 1 and <= 38 && e.Scale >= 0 && e.Scale <= e.Precision;

    private static ParquetColumn Plain(SchemaElement e, IArrowType type, int width) => new(Named(e, type), e.Type!.Value, width, width, null);

    private static Field Named(SchemaElement e, IArrowType type) => new(e.Name, type, e.Repetition == Repetition.Optional);
}
