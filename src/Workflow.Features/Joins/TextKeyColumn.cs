using Apache.Arrow;
using Apache.Arrow.Arrays;

namespace Workflow.Features.Joins;

/// <summary>Numbers UTF-8 texts and other bytes; of a dictionary-encoded column each entry once a batch.</summary>
internal sealed class TextKeyColumn : KeyColumn
{
    private readonly Dictionary<byte[], int> _numbers = new(new Utf8Comparer());
    private readonly Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> _lookup;
    private int[] _entries = [];

    public TextKeyColumn() => _lookup = _numbers.GetAlternateLookup<ReadOnlySpan<byte>>();

    public override int Count => _numbers.Count;

    public override void Number(IArrowArray array, Span<int> numbers, bool add)
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
                entries[entry] = texts.IsNull(entry) ? KeyIndex.Null : NumberOf(texts.GetBytes(entry), add);
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
        for (var row = 0; row < numbers.Length; row++)
        {
            numbers[row] = values.IsNull(row) ? KeyIndex.Null : NumberOf(values is FixedSizeBinaryArray fixedSize ? fixedSize.GetBytes(row) : ((BinaryArray)values).GetBytes(row), add);
        }
    }

    private int NumberOf(ReadOnlySpan<byte> text, bool add)
    {
        if (!_lookup.TryGetValue(text, out var number))
        {
            number = add ? _numbers.Count : KeyIndex.Unknown;
            if (add)
            {
                _numbers.Add(text.ToArray(), number);
            }
        }

        return number;
    }

    private sealed class Utf8Comparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = default(HashCode);
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
