using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Workflow.Features.Joins;

/// <summary>Picks rows out of the arrays of a column, whatever their type, into one array of the column's own memory.</summary>
internal static class RowPicker
{
    public const string Expected = "a type of fixed width, utf8, binary, dictionary-encoded utf8, or a list of these";

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
    /// <param name="type">The arrays' type; one that <see cref="Takes"/>.</param>
    /// <param name="chunks">The arrays, in order.</param>
    /// <param name="rows">Positions in all arrays together, in any order; a negative one gives null.</param>
    public static ArrayData Pick(IArrowType type, IReadOnlyList<IArrowArray> chunks, ReadOnlySpan<int> rows)
    {
        var places = new ChunkPlaces(chunks);
        var validity = new byte[(rows.Length + 7) / 8];
        var nulls = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            if (rows[i] >= 0 && places.Of(rows[i]) is var (chunk, offset) && chunks[chunk].IsValid(offset))
            {
                validity[i >> 3] |= (byte)(1 << (i & 7));
            }
            else
            {
                nulls++;
            }
        }

        var valid = nulls == 0 ? ArrowBuffer.Empty : new ArrowBuffer(validity);
        var picked = new Picked(chunks, places, rows, validity);
        return type switch
        {
            BooleanType => new ArrayData(type, rows.Length, nulls, 0, [valid, Bits(picked)]),
            StringType or BinaryType => Texts(type, picked, nulls, valid),
            DictionaryType d => Texts(d.ValueType, picked, nulls, valid),
            ListType l => Lists(l, picked, nulls, valid),
            _ => new ArrayData(type, rows.Length, nulls, 0, [valid, Fixed(picked, ((FixedWidthType)type).BitWidth / 8)]),
        };
    }

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

    private static ArrowBuffer Fixed(Picked picked, int width)
    {
        var values = new byte[checked(picked.Rows.Length * width)];
        for (var i = 0; i < picked.Rows.Length; i++)
        {
            if (picked.Find(i, out var array, out var offset))
            {
                array.Data.Buffers[1].Span.Slice((array.Data.Offset + offset) * width, width).CopyTo(values.AsSpan(i * width));
            }
        }

        return new ArrowBuffer(values);
    }

    private static ArrayData Texts(IArrowType type, Picked picked, int nulls, ArrowBuffer validity)
    {
        var offsets = new int[picked.Rows.Length + 1];
        var bytes = new MemoryStream();
        for (var i = 0; i < picked.Rows.Length; i++)
        {
            if (picked.Find(i, out var array, out var offset))
            {
                // A key that names a null entry of its dictionary is a null too, which the validity does not say: it reads as empty.
                var (texts, at) = array is DictionaryArray encoded ? ((BinaryArray)encoded.Dictionary, TextKeyColumn.Index(encoded.Indices, offset)) : ((BinaryArray)array, offset);
                bytes.Write(texts.GetBytes(at));
            }

            offsets[i + 1] = checked((int)bytes.Length);
        }

        return new ArrayData(type, picked.Rows.Length, nulls, 0, [validity, new ArrowBuffer(MemoryMarshal.AsBytes(offsets.AsSpan()).ToArray()), new ArrowBuffer(bytes.ToArray())]);
    }

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

        var values = Pick(type.ValueDataType, lists, CollectionsMarshal.AsSpan(items));
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
