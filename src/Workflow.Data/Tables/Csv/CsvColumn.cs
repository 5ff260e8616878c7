using System.Globalization;
using System.Text.Unicode;
using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Data.Tables.Building;

namespace Workflow.Data.Tables.Csv;

/// <summary>Reads one column's fields. Not thread-safe.</summary>
internal sealed class CsvColumn
{
    private readonly Func<ReadOnlySpan<byte>, bool> _append;

    private CsvColumn(ArrayBuilder builder, Func<ReadOnlySpan<byte>, bool> append) => (Builder, _append) = (builder, append);

    public ArrayBuilder Builder { get; }

    private bool IsText => Builder.Column.DataType is StringType;

    /// <returns>Null when no column can be read into this type.</returns>
    public static CsvColumn? Create(Field field) => field.DataType switch
    {
        BooleanType => Boolean(field),
        Int8Type => Number<sbyte>(field, NumberStyles.AllowLeadingSign),
        Int16Type => Number<short>(field, NumberStyles.AllowLeadingSign),
        Int32Type => Number<int>(field, NumberStyles.AllowLeadingSign),
        Int64Type => Number<long>(field, NumberStyles.AllowLeadingSign),
        UInt8Type => Number<byte>(field, NumberStyles.None),
        UInt16Type => Number<ushort>(field, NumberStyles.None),
        UInt32Type => Number<uint>(field, NumberStyles.None),
        UInt64Type => Number<ulong>(field, NumberStyles.None),
        FloatType => Number<float>(field, NumberStyles.Float),
        DoubleType => Number<double>(field, NumberStyles.Float),
        TimestampType { Unit: TimeUnit.Microsecond } => Parsed<long>(field, IsoTime.TryParseMicroseconds),
        Date32Type => Parsed<int>(field, IsoTime.TryParseDate),
        Decimal128Type d => Parsed(field, (ReadOnlySpan<byte> text, out Int128 value) => DecimalText.TryParse(text, d.Precision, d.Scale, out value)),
        StringType => Text(field),
        _ => null,
    };

    /// <returns>Whether the field fits.</returns>
    public bool TryAppend(ReadOnlySpan<byte> field, bool isQuoted)
    {
        // "" is a text of no characters; nothing at all is no value, and where there must be one, a text of none.
        if (field.IsEmpty && !(IsText && (isQuoted || !Builder.Column.IsNullable)))
        {
            if (Builder.Column.IsNullable)
            {
                Builder.AppendNull();
                return true;
            }

            return false;
        }

        return _append(field);
    }

    private delegate bool TryParse<T>(ReadOnlySpan<byte> text, out T value);

    private static CsvColumn Number<T>(Field field, NumberStyles style)
        where T : unmanaged, System.Numerics.INumberBase<T> =>
        Parsed(field, (ReadOnlySpan<byte> text, out T value) => T.TryParse(text, style, CultureInfo.InvariantCulture, out value!));

    private static CsvColumn Parsed<T>(Field field, TryParse<T> parse)
        where T : unmanaged
    {
        var builder = new FixedArrayBuilder<T>(field);
        return new CsvColumn(builder, text =>
        {
            if (!parse(text, out var value))
            {
                return false;
            }

            builder.Append(value);
            return true;
        });
    }

    private static CsvColumn Boolean(Field field)
    {
        var builder = new BooleanArrayBuilder(field);
        return new CsvColumn(builder, text =>
        {
            bool? value = System.Text.Ascii.EqualsIgnoreCase(text, "true"u8) || text.SequenceEqual("1"u8) ? true
                : System.Text.Ascii.EqualsIgnoreCase(text, "false"u8) || text.SequenceEqual("0"u8) ? false
                : null;
            if (value is null)
            {
                return false;
            }

            builder.Append(value.Value);
            return true;
        });
    }

    private static CsvColumn Text(Field field)
    {
        var builder = new BytesArrayBuilder(field);
        return new CsvColumn(builder, text =>
        {
            if (!Utf8.IsValid(text))
            {
                return false;
            }

            builder.Append(text);
            return true;
        });
    }
}
