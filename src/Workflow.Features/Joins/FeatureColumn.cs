using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Memory;
using Workflow.Features.Aggregation;

namespace Workflow.Features.Joins;

/// <summary>One output column while it is computed: 8 bytes a row of Arrow memory, then handed on without a copy.</summary>
/// <remarks>Different rows may be written by different threads; validity is derived afterwards, so no two of them share a byte.</remarks>
internal sealed class FeatureColumn : OutputColumn
{
    private readonly ArrowBuffer _values;
    private readonly int _rows;
    private ArrayData? _data;

    public FeatureColumn(Field field, FeatureValueKind kind, int rows, MemoryAllocator? allocator = null)
    {
        (Field, Kind, _rows) = (field, kind, rows);

        // Arrow makes buffers that own memory only from builders, which copy their content: one byte here.
        _values = new ArrowBuffer.Builder<byte>(1).Append(0).Build(new SizedAllocator(allocator ?? MemoryAllocator.Default.Value, Math.Max(1, checked(rows * sizeof(long)))));
        Cells.Fill(FeatureValue.NullCell(kind));
    }

    public override Field Field { get; }

    public FeatureValueKind Kind { get; }

    /// <summary>Gets the cells, one a row.</summary>
    public Span<long> Cells => MemoryMarshal.Cast<byte, long>(MemoryMarshal.AsMemory(_values.Memory).Span)[.._rows];

    /// <summary>Gives some rows as an Arrow array that shares the column's memory. The column takes no more values.</summary>
    public override IArrowArray Share(int start, int length)
    {
        _data ??= Finish();
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

    private sealed class SizedAllocator(MemoryAllocator inner, int bytes) : MemoryAllocator
    {
        protected override System.Buffers.IMemoryOwner<byte> AllocateInternal(int length, out int bytesAllocated)
        {
            bytesAllocated = bytes;
            return inner.Allocate(bytes);
        }
    }
}
