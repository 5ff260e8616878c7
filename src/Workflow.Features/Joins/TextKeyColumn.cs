using Apache.Arrow;
using Apache.Arrow.Arrays;

namespace Workflow.Features.Joins;

/// <summary>Numbers UTF-8 texts and other bytes; of a dictionary-encoded column each entry once a batch.</summary>
internal sealed class TextKeyColumn : KeyColumn
{
    private readonly TextKeyTable _table = new();
    private int[] _entries = [];

    public override int Count => _table.Count;

    public override void Number(IArrowArray array, Span<int> numbers, bool add, int expected)
    {
        if (array is not DictionaryArray encoded)
        {
            NumberBytes(array, numbers, add);
            return;
        }

        // Entries that no row names must not become keys, so adding goes by the rows' first uses.
        var texts = (StringArray)encoded.Dictionary;
        if (_entries.Length < texts.Length)
        {
            _entries = new int[texts.Length];
        }

        var entries = _entries.AsSpan(0, texts.Length);
        entries.Fill(int.MinValue);
        for (var row = 0; row < numbers.Length; row++)
        {
            if (encoded.IsNull(row))
            {
                numbers[row] = KeyIndex.Null;
                continue;
            }

            var entry = Index(encoded.Indices, row);
            if (entries[entry] == int.MinValue)
            {
                entries[entry] = texts.IsNull(entry) ? KeyIndex.Null : _table.Number(texts.GetBytes(entry), add);
            }

            numbers[row] = entries[entry];
        }
    }

    public static int Index(IArrowArray indices, int row) => indices switch
    {
        Int32Array a => a.Values[row],
        Int8Array a => a.Values[row],
        UInt8Array a => a.Values[row],
        Int16Array a => a.Values[row],
        UInt16Array a => a.Values[row],
        UInt32Array a => checked((int)a.Values[row]),
        Int64Array a => checked((int)a.Values[row]),
        _ => throw new InvalidDataException($"Expected dictionary indices of 8 to 64 bits, got {indices.Data.DataType.Name}."),
    };

    private void NumberBytes(IArrowArray values, Span<int> numbers, bool add)
    {
        if (values is BinaryArray { NullCount: 0 } plain && numbers.Length > 0)
        {
            var offsets = plain.ValueOffsets;
            var bytes = plain.ValueBuffer.Span;
            var last = ReadOnlySpan<byte>.Empty;
            var number = int.MinValue;
            for (var row = 0; row < numbers.Length; row++)
            {
                var key = bytes[offsets[row]..offsets[row + 1]];

                // Rows of one key often come together.
                if (number == int.MinValue || !key.SequenceEqual(last))
                {
                    last = key;
                    number = _table.Number(key, add);
                }

                numbers[row] = number;
            }

            GC.KeepAlive(values);
            return;
        }

        for (var row = 0; row < numbers.Length; row++)
        {
            numbers[row] = values.IsNull(row) ? KeyIndex.Null : _table.Number(values is FixedSizeBinaryArray fixedSize ? fixedSize.GetBytes(row) : ((BinaryArray)values).GetBytes(row), add);
        }
    }
}
