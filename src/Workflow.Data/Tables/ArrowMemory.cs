using System.Buffers;
using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Memory;

namespace Workflow.Data.Tables;

/// <summary>Allocates Arrow buffers that are filled in place.</summary>
internal static class ArrowMemory
{
    /// <summary>Allocates a buffer of exactly so many bytes, to be filled through <see cref="Write"/> before anyone else sees it.</summary>
    public static ArrowBuffer Allocate(MemoryAllocator? allocator, int bytes)
    {
        if (bytes == 0)
        {
            return ArrowBuffer.Empty;
        }

        // Arrow makes buffers that own memory only from builders, which copy their content: one byte here.
        return new ArrowBuffer.Builder<byte>(1).Append(0).Build(new SizedAllocator(allocator ?? MemoryAllocator.Default.Value, bytes));
    }

    /// <summary>Gets the content of a buffer from <see cref="Allocate"/> for writing.</summary>
    public static Span<T> Write<T>(ArrowBuffer buffer)
        where T : struct => MemoryMarshal.Cast<byte, T>(MemoryMarshal.AsMemory(buffer.Memory).Span);

    private sealed class SizedAllocator(MemoryAllocator inner, int bytes) : MemoryAllocator
    {
        protected override IMemoryOwner<byte> AllocateInternal(int length, out int bytesAllocated)
        {
            bytesAllocated = bytes;
            return inner.Allocate(bytes);
        }
    }
}
