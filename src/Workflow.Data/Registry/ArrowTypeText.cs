using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;
using Apache.Arrow.Types;
using Workflow.Data.Tables;

namespace Workflow.Data.Registry;

/// <summary>Reads back the names that <see cref="TableSchema.Describe(IArrowType)"/> gives to types.</summary>
internal static partial class ArrowTypeText
{
    private const int MaxLength = 200;
    private const int MaxListSize = 1 << 24;

    private static readonly Dictionary<string, IArrowType> Simple = new IArrowType[]
    {
        BooleanType.Default, Int8Type.Default, Int16Type.Default, Int32Type.Default, Int64Type.Default, UInt8Type.Default, UInt16Type.Default,
        UInt32Type.Default, UInt64Type.Default, HalfFloatType.Default, FloatType.Default, DoubleType.Default, StringType.Default, BinaryType.Default,
        Date32Type.Default, Date64Type.Default,
    }.ToDictionary(t => TableSchema.Describe(t), StringComparer.Ordinal);

    /// <summary>Reads a type; unknown, over-long and out-of-range ones are refused.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out IArrowType? type)
    {
        type = null;
        if (text is null || text.Length > MaxLength)
        {
            return false;
        }

        if (Simple.TryGetValue(text, out type))
        {
            return true;
        }

        if (TimestampText().Match(text) is { Success: true } timestamp)
        {
            var unit = timestamp.Groups["unit"].Value switch { "s" => TimeUnit.Second, "ms" => TimeUnit.Millisecond, "us" => TimeUnit.Microsecond, _ => TimeUnit.Nanosecond };
            type = new TimestampType(unit, timestamp.Groups["zone"].Success ? timestamp.Groups["zone"].Value : null);
        }
        else if (DecimalText().Match(text) is { Success: true } number)
        {
            var (precision, scale) = (Number(number.Groups["precision"]), Number(number.Groups["scale"]));
            var isWide = number.Groups["width"].Value == "256";
            if (precision >= 1 && precision <= (isWide ? 76 : 38) && scale <= precision)
            {
                type = isWide ? new Decimal256Type(precision, scale) : new Decimal128Type(precision, scale);
            }
        }
        else if (FixedBinaryText().Match(text) is { Success: true } binary)
        {
            type = Number(binary.Groups["size"]) is > 0 and <= MaxListSize and var width ? new FixedSizeBinaryType(width) : null;
        }
        else if (FixedListText().Match(text) is { Success: true } list)
        {
            // The element is itself a type, so at most MaxLength / 17 levels deep.
            type = Number(list.Groups["size"]) is > 0 and <= MaxListSize and var size && TryParse(list.Groups["item"].Value, out var item)
                ? new FixedSizeListType(item, size)
                : null;
        }
        else if (ListText().Match(text) is { Success: true } items)
        {
            type = TryParse(items.Groups["item"].Value, out var item) ? new ListType(item) : null;
        }
        else if (DictionaryText().Match(text) is { Success: true } dictionary)
        {
            type = TryParse(dictionary.Groups["value"].Value, out var value) && TryParse(dictionary.Groups["index"].Value, out var index)
                ? new DictionaryType(index, value, ordered: false)
                : null;
        }

        // The written form is the identity: a text that another one stands for is refused.
        return type is not null && TableSchema.Describe(type) == text;
    }

    private static int Number(Group group) => int.Parse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^timestamp\[(?<unit>s|ms|us|ns)(, (?<zone>[\w+:/-]{1,64}))?\]\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex TimestampText();

    [GeneratedRegex(@"^decimal(?<width>128|256)\((?<precision>[0-9]{1,2}), (?<scale>[0-9]{1,2})\)\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex DecimalText();

    [GeneratedRegex(@"^fixed_size_binary\[(?<size>[0-9]{1,8})\]\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FixedBinaryText();

    [GeneratedRegex(@"^fixed_size_list<(?<item>.+)>\[(?<size>[0-9]{1,8})\]\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FixedListText();

    [GeneratedRegex(@"^list<(?<item>.+)>\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ListText();

    [GeneratedRegex(@"^dictionary<(?<value>.+), (?<index>u?int(8|16|32|64))>\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex DictionaryText();
}
