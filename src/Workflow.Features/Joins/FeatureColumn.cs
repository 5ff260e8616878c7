using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Memory;
using Apache.Arrow.Types;
using Workflow.Features.Aggregation;

namespace Workflow.Features.Joins;

/// <summary>One output column while it is computed: 8 bytes a row of Arrow memory, then handed on without a copy; or a list a row, copied once.</summary>
/// <remarks>Different rows may be written by different threads; validity is derived afterwards, so no two of them share a byte.</remarks>
internal sealed class FeatureColumn : OutputColumn
{
    private readonly ArrowBuffer _values = ArrowBuffer.Empty;
    private readonly int _rows;
    private readonly long[]?[] _lists = [];
    private readonly MemoryAllocator _allocator;
    private ArrayData? _data;

    public FeatureColumn(Field field, FeatureValueKind kind, int rows, MemoryAllocator? allocator = null)
    {
        (Field, Kind, _rows, _allocator) = (field, kind, rows, allocator ?? MemoryAllocator.Default.Value);
        if (IsList)
        {
            _lists = new long[]?[rows];
            return;
        }

        _values = Buffer(checked(rows * sizeof(long)));
        Cells.Fill(FeatureValue.NullCell(kind));
    }

    public override Field Field { get; }

    public FeatureValueKind Kind { get; }

    /// <summary>Gets the cells of a column of numbers, one a row.</summary>
    public Span<long> Cells => Longs(_values)[.._rows];

    /// <summary>Gets where drivers write.</summary>
    public FeatureCells Output => IsList ? new FeatureCells(Kind, [], _lists) : new FeatureCells(Kind, Cells, []);

    private bool IsList => Kind is FeatureValueKind.Float64List or FeatureValueKind.Int64List;

    /// <summary>Gives some rows as an Arrow array that shares the column's memory. The column takes no more values.</summary>
    public override IArrowArray Share(int start, int length)
    {
        _data ??= IsList ? FinishLists() : Finish();
        return ArrowArrayFactory.BuildArray(_data.SliceShared(start, length));
    }

    /// <summary>Gives up this column's part of the memory; arrays shared before keep theirs.</summary>
    public override void Dispose()
    {
        if (_data is null)
        {
            _values.Dispose();
        }
        else
        {
            _data.Dispose();
        }
    }

    // Null cells become zeros, so that equal columns have equal bytes.
    private ArrayData Finish()
    {
        var cells = Cells;
        var nullCell = FeatureValue.NullCell(Kind);
        var nulls = cells.Count(nullCell);
        var validity = ArrowBuffer.Empty;
        if (nulls > 0)
        {
            var bits = new byte[(_rows + 7) / 8];
            for (var i = 0; i < cells.Length; i++)
            {
                if (cells[i] == nullCell)
                {
                    cells[i] = 0;
                }
                else
                {
                    bits[i >> 3] |= (byte)(1 << (i & 7));
                }
            }

            validity = new ArrowBuffer(bits);
        }

        return new ArrayData(Field.DataType, _rows, nulls, 0, [validity, _values]);
    }

    private ArrayData FinishLists()
    {
        var (items, nulls) = (0, 0);
        var bits = new byte[(_rows + 7) / 8];
        var offsets = Buffer(checked((_rows + 1) * sizeof(int)));
        var ends = MemoryMarshal.Cast<byte, int>(MemoryMarshal.AsMemory(offsets.Memory).Span);
        ends[0] = 0;
        for (var i = 0; i < _rows; i++)
        {
            nulls += _lists[i] is null ? 1 : 0;
            bits[i >> 3] |= (byte)(_lists[i] is null ? 0 : 1 << (i & 7));
            ends[i + 1] = items = checked(items + (_lists[i]?.Length ?? 0));
        }

        var values = Buffer(checked(items * sizeof(long)));
        var rest = Longs(values);
        foreach (var list in _lists)
        {
            list.AsSpan().CopyTo(rest);
            rest = rest[(list?.Length ?? 0)..];
        }

        var child = new ArrayData(((ListType)Field.DataType).ValueDataType, items, 0, 0, [ArrowBuffer.Empty, values]);
        return new ArrayData(Field.DataType, _rows, nulls, 0, [nulls > 0 ? new ArrowBuffer(bits) : ArrowBuffer.Empty, offsets], [child]);
    }

    // Arrow makes buffers that own memory only from builders, which copy their content: one byte here.
    private ArrowBuffer Buffer(int bytes) => new ArrowBuffer.Builder<byte>(1).Append(0).Build(new SizedAllocator(_allocator, Math.Max(1, bytes)));

    private static Span<long> Longs(ArrowBuffer buffer) => MemoryMarshal.Cast<byte, long>(MemoryMarshal.AsMemory(buffer.Memory).Span);

    private sealed class SizedAllocator(MemoryAllocator inner, int bytes) : MemoryAllocator
    {
        protected override System.Buffers.IMemoryOwner<byte> AllocateInternal(int length, out int bytesAllocated)
        {
            bytesAllocated = bytes;
            return inner.Allocate(bytes);
        }
    }
}
