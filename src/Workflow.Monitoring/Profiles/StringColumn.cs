using Apache.Arrow;
using Apache.Arrow.Types;

namespace Workflow.Monitoring.Profiles;

/// <summary>Looks up every string of a column, plain or dictionary-coded, in a <see cref="Utf8Index"/>.</summary>
internal static class StringColumn
{
    /// <summary>Says whether a column of this type is one of strings.</summary>
    public static bool IsString(IArrowType type) => type is StringType || (type is DictionaryType { ValueType: StringType });

    /// <summary>Calls back with the position of each row's string, −1 for a string not in the index and −2 for null.</summary>
    /// <param name="array">A column for whose type <see cref="IsString"/> holds. Borrowed.</param>
    /// <param name="index">Where to look.</param>
    /// <param name="positions">As long as the column.</param>
    public static void Find(IArrowArray array, Utf8Index index, Span<int> positions)
    {
        if (array is DictionaryArray coded)
        {
            var words = coded.Dictionary;
            var found = new int[words.Length];
            Find(words, index, found);
            for (var i = 0; i < positions.Length; i++)
            {
                positions[i] = coded.IsNull(i) ? Null : found[Code(coded.Indices, i)];
            }

            return;
        }

        var strings = (StringArray)array;
        var offsets = strings.ValueOffsets;
        var bytes = strings.Values;
        var validity = ColumnBlock.Validity(array);
        for (var i = 0; i < positions.Length; i++)
        {
            positions[i] = ColumnBlock.IsNull(validity, strings.Offset + i) ? Null : index.Find(bytes[offsets[i]..offsets[i + 1]]);
        }
    }

    /// <summary>The position of a null.</summary>
    public const int Null = -2;

    /// <summary>Decodes one string, for messages.</summary>
    public static string Text(IArrowArray array, int row) => array is DictionaryArray coded
        ? ((StringArray)coded.Dictionary).GetString(Code(coded.Indices, row))
        : ((StringArray)array).GetString(row);

    private static int Code(IArrowArray indices, int row) => indices switch
    {
        Int32Array codes => codes.Values[row],
        Int16Array codes => codes.Values[row],
        Int8Array codes => codes.Values[row],
        UInt8Array codes => codes.Values[row],
        UInt16Array codes => codes.Values[row],
        UInt32Array codes => checked((int)codes.Values[row]),
        Int64Array codes => checked((int)codes.Values[row]),
        _ => throw new NotSupportedException($"Dictionary codes of type {indices.Data.DataType.Name} are not read; use int8 to int64."),
    };
}
