using System.Runtime.InteropServices;
using Apache.Arrow;
using Workflow.Features.Aggregation;

namespace Workflow.Features.Joins;

/// <summary>One output column while it is computed: 8 bytes a row, then handed to Arrow without a copy.</summary>
/// <remarks>Different rows may be written by different threads; validity is derived afterwards, so no two of them share a byte.</remarks>
internal sealed class FeatureColumn
{
    // Large columns never move, so that native libraries may be given their address; small ones would only fragment that heap.
    private const int PinnedRows = 4096;

    private readonly byte[] _bytes;

    public FeatureColumn(Field field, FeatureValueKind kind, int rows)
    {
        (Field, Kind) = (field, kind);
        _bytes = GC.AllocateUninitializedArray<byte>(checked(rows * sizeof(long)), pinned: rows >= PinnedRows);
        Cells.Fill(FeatureValue.NullCell(kind));
    }

    public Field Field { get; }

    public FeatureValueKind Kind { get; }

    public Span<long> Cells => MemoryMarshal.Cast<byte, long>(_bytes.AsSpan());

    /// <summary>Gives some rows as an Arrow array over the same memory. Null cells are written as zeros, so call it once a row.</summary>
    public IArrowArray ToArray(int start, int length)
    {
        var cells = Cells.Slice(start, length);
        var nullCell = FeatureValue.NullCell(Kind);
        var nulls = cells.Count(nullCell);
        var validity = ArrowBuffer.Empty;
        if (nulls > 0)
        {
            var bits = new byte[(length + 7) / 8];
            for (var i = 0; i < length; i++)
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

        var values = new ArrowBuffer(_bytes.AsMemory(start * sizeof(long), length * sizeof(long)));
        return Kind == FeatureValueKind.Float64
            ? new DoubleArray(values, validity, length, nulls, 0)
            : new Int64Array(values, validity, length, nulls, 0);
    }
}
