using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Memory;

namespace Workflow.Data.Tables.Parquet;

/// <summary>Decodes decimals that are stored as byte arrays of any length.</summary>
internal sealed class DecimalBytesColumnReader(ParquetColumn column, ChunkReader chunks) : BinaryColumnReader(column, chunks)
{
    private readonly ArrowBuffer.Builder<byte> _decimals = new(0);

    protected override void AddBuffers(List<ArrowBuffer> buffers, MemoryAllocator allocator)
    {
        var decimals = MemoryMarshal.Cast<byte, Int128>(Reserve(_decimals, Rows * 16));
        for (var row = 0; row < Rows; row++)
        {
            var value = Values[Offsets[row]..Offsets[row + 1]];
            decimals[row] = value.IsEmpty ? Int128.Zero : ValueConversions.BigEndian(value);
        }

        buffers.Add(Build(_decimals, Rows * 16, allocator));
    }
}
