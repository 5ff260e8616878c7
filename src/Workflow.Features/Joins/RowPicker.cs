using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Workflow.Features.Joins;

/// <summary>Picks rows out of the arrays of a column, whatever their type, into arrays of memory of their own.</summary>
/// <remarks>Safe for concurrent use. The arrays are borrowed and must stay until it is disposed.</remarks>
internal sealed unsafe class RowPicker : IDisposable
{
    public const string Expected = "a type of fixed width, utf8, binary, dictionary-encoded utf8, or a list of these";

    private readonly IArrowType _type;
    private readonly IReadOnlyList<IArrowArray> _chunks;
    private readonly ChunkPlaces _places;
    private readonly bool _hasNulls;
    private readonly MemoryHandle[] _pins;
    private readonly nint[] _values;

    /// <summary>Prepares for picking.</summary>
    /// <param name="type">The arrays' type; one that <see cref="Takes"/>.</param>
    /// <param name="chunks">The arrays, in order.</param>
    public RowPicker(IArrowType type, IReadOnlyList<IArrowArray> chunks)
    {
        (_type, _chunks, _places) = (type, chunks, new ChunkPlaces(chunks));
        _hasNulls = chunks.Any(static c => c.NullCount > 0);
        var width = Width(type);
        _pins = new MemoryHandle[width > 0 ? chunks.Count : 0];
        _values = new nint[_pins.Length];
        for (var i = 0; i < _pins.Length; i++)
        {
            _pins[i] = chunks[i].Data.Buffers[1].Memory.Pin();
            _values[i] = (nint)_pins[i].Pointer + (nint)((long)chunks[i].Data.Offset * width);
        }
    }

    /// <summary>Says whether columns of a type can be picked from.</summary>
    public static bool Takes(IArrowType type) => type switch
    {
        BooleanType or StringType or BinaryType => true,
        DictionaryType d => d.ValueType is StringType,
        ListType l => Takes(l.ValueDataType),
        FixedSizeListType => false,
        _ => type is FixedWidthType,
    };

    /// <summary>Gives the type of what is picked: a dictionary is decoded.</summary>
    public static IArrowType Result(IArrowType type) => type is DictionaryType d ? d.ValueType : type;

    /// <summary>Picks.</summary>
    /// <param name="rows">Positions in all arrays together, in any order; a negative one gives null.</param>
    public ArrayData Pick(ReadOnlySpan<int> rows)
    {
        var validity = new byte[(rows.Length + 7) / 8];
        var nulls = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            if (rows[i] >= 0 && (!_hasNulls || IsValid(rows[i])))
            {
                validity[i >> 3] |= (byte)(1 << (i & 7));
            }
            else
            {
                nulls++;
            }
        }

        var valid = nulls == 0 ? ArrowBuffer.Empty : new ArrowBuffer(validity);
        var picked = new Picked(_chunks, _places, rows, validity);
        return _type switch
        {
            BooleanType => new ArrayData(_type, rows.Length, nulls, 0, [valid, Bits(picked)]),
            StringType or BinaryType => Texts(_type, picked, nulls, valid),
            DictionaryType d => Texts(d.ValueType, picked, nulls, valid),
            ListType l => Lists(l, picked, nulls, valid),
            _ => new ArrayData(_type, rows.Length, nulls, 0, [valid, Fixed(rows, validity)]),
        };
    }

    /// <summary>Lets go of the arrays.</summary>
    public void Dispose()
    {
        foreach (var pin in _pins)
        {
            pin.Dispose();
        }
    }

    private static int Width(IArrowType type) => type is FixedWidthType { BitWidth: var bits } and not BooleanType and not DictionaryType ? bits / 8 : 0;

    private bool IsValid(int row) => _places.Of(row) is var (chunk, offset) && _chunks[chunk].IsValid(offset);

    private static ArrowBuffer Bits(Picked picked)
    {
        var bits = new byte[(picked.Rows.Length + 7) / 8];
        for (var i = 0; i < picked.Rows.Length; i++)
        {
            if (picked.Find(i, out var array, out var offset) && ((BooleanArray)array).GetValue(offset) is true)
            {
                bits[i >> 3] |= (byte)(1 << (i & 7));
            }
        }

        return new ArrowBuffer(bits);
    }

    private ArrowBuffer Fixed(ReadOnlySpan<int> rows, byte[] validity)
    {
        var width = Width(_type);
        var bytes = new byte[checked(rows.Length * width)];
        if (width == sizeof(long))
        {
            FixedLongs(rows, validity, MemoryMarshal.Cast<byte, long>(bytes.AsSpan()));
        }
        else
        {
            for (var i = 0; i < rows.Length; i++)
            {
                if ((validity[i >> 3] >> (i & 7) & 1) != 0)
                {
                    var (chunk, offset) = _places.Of(rows[i]);
                    new ReadOnlySpan<byte>((byte*)_values[chunk] + ((long)offset * width), width).CopyTo(bytes.AsSpan(i * width));
                }
            }
        }

        GC.KeepAlive(_chunks);
        return new ArrowBuffer(bytes);
    }

    // Addresses first, then nothing but loads: so many of them are on their way at once.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FixedLongs(ReadOnlySpan<int> rows, byte[] validity, Span<long> values)
    {
        const int block = 256;
        var nothing = 0L;
        var addresses = stackalloc long*[block];
        for (var start = 0; start < rows.Length; start += block)
        {
            var length = Math.Min(block, rows.Length - start);
            for (var i = 0; i < length; i++)
            {
                addresses[i] = &nothing;
                if ((validity[(start + i) >> 3] >> ((start + i) & 7) & 1) != 0)
                {
                    var (chunk, offset) = _places.Of(rows[start + i]);
                    addresses[i] = (long*)_values[chunk] + offset;
                }
            }

            var target = values.Slice(start, length);
            for (var i = 0; i < target.Length; i++)
            {
                target[i] = *addresses[i];
            }
        }
    }

    private static ArrayData Texts(IArrowType type, Picked picked, int nulls, ArrowBuffer validity)
    {
        var offsets = new int[picked.Rows.Length + 1];
        for (var i = 0; i < picked.Rows.Length; i++)
        {
            offsets[i + 1] = checked(offsets[i] + (picked.Find(i, out var array, out var offset) ? Text(array, offset).Length : 0));
        }

        var bytes = GC.AllocateUninitializedArray<byte>(offsets[^1]);
        for (var i = 0; i < picked.Rows.Length; i++)
        {
            if (picked.Find(i, out var array, out var offset))
            {
                Text(array, offset).CopyTo(bytes.AsSpan(offsets[i]));
            }
        }

        return new ArrayData(type, picked.Rows.Length, nulls, 0, [validity, new ArrowBuffer(MemoryMarshal.AsBytes(offsets.AsSpan()).ToArray()), new ArrowBuffer(bytes)]);
    }

    // A key that names a null entry of its dictionary is a null too, which the validity does not say: it reads as empty.
    private static ReadOnlySpan<byte> Text(IArrowArray array, int offset) => array is DictionaryArray encoded
        ? ((BinaryArray)encoded.Dictionary).GetBytes(TextKeyColumn.Index(encoded.Indices, offset))
        : ((BinaryArray)array).GetBytes(offset);

    private static ArrayData Lists(ListType type, Picked picked, int nulls, ArrowBuffer validity)
    {
        var lists = picked.Chunks.Select(static c => ((ListArray)c).Values).ToArray();
        var starts = new ChunkPlaces(lists);
        var offsets = new int[picked.Rows.Length + 1];
        var items = new List<int>();
        for (var i = 0; i < picked.Rows.Length; i++)
        {
            if (picked.Find(i, out var array, out var offset))
            {
                var list = (ListArray)array;
                var first = starts.Start(picked.ChunkOf(i)) + list.ValueOffsets[offset];
                for (var k = 0; k < list.GetValueLength(offset); k++)
                {
                    items.Add(first + k);
                }
            }

            offsets[i + 1] = items.Count;
        }

        using var picker = new RowPicker(type.ValueDataType, lists);
        var values = picker.Pick(CollectionsMarshal.AsSpan(items));
        return new ArrayData(type, picked.Rows.Length, nulls, 0, [validity, new ArrowBuffer(MemoryMarshal.AsBytes(offsets.AsSpan()).ToArray())], [values]);
    }

    private readonly ref struct Picked(IReadOnlyList<IArrowArray> chunks, ChunkPlaces places, ReadOnlySpan<int> rows, byte[] validity)
    {
        public IReadOnlyList<IArrowArray> Chunks { get; } = chunks;

        public ReadOnlySpan<int> Rows { get; } = rows;

        public int ChunkOf(int i) => places.Of(Rows[i]).Chunk;

        /// <summary>Finds the i-th row that is picked; false where it is null.</summary>
        public bool Find(int i, out IArrowArray array, out int offset)
        {
            if ((validity[i >> 3] >> (i & 7) & 1) == 0)
            {
                (array, offset) = (null!, 0);
                return false;
            }

            (var chunk, offset) = places.Of(Rows[i]);
            array = Chunks[chunk];
            return true;
        }
    }
}
