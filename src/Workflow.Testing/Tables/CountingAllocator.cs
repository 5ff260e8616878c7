using System.Buffers;
using Apache.Arrow.Memory;

namespace Workflow.Testing.Tables;

/// <summary>An Arrow allocator that knows how many bytes are alive, so that a test fails on a batch that nobody disposed.</summary>
/// <remarks>Safe for concurrent use.</remarks>
public sealed class CountingAllocator : MemoryAllocator
{
    private long _live;

    /// <summary>Gets the bytes handed out and not yet disposed.</summary>
    public long LiveBytes => Interlocked.Read(ref _live);

    /// <summary>Throws unless every byte has been given back.</summary>
    /// <exception cref="InvalidOperationException">Bytes are alive; says how many.</exception>
    public void RequireEmpty()
    {
        if (LiveBytes != 0)
        {
            throw new InvalidOperationException($"Expected every Arrow buffer to be disposed, but {LiveBytes} bytes are alive.");
        }
    }

    /// <inheritdoc/>
    protected override IMemoryOwner<byte> AllocateInternal(int length, out int bytesAllocated)
    {
        bytesAllocated = length;
        Interlocked.Add(ref _live, length);
        return new CountedMemory(this, length);
    }

    private sealed class CountedMemory(CountingAllocator allocator, int length) : IMemoryOwner<byte>
    {
        private byte[]? _bytes = new byte[length];

        public Memory<byte> Memory => _bytes ?? throw new ObjectDisposedException(nameof(CountingAllocator));

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _bytes, null) is not null)
            {
                Interlocked.Add(ref allocator._live, -length);
            }
        }
    }
}
