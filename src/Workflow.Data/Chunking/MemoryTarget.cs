namespace Workflow.Data.Chunking;

/// <summary>Contents in memory.</summary>
internal sealed class MemoryTarget(IReadOnlyList<ContentRecord> contents) : IChunkTarget
{
    private readonly byte[][] _bytes = [.. contents.Select(static c => new byte[c.Length])];

    /// <summary>Gets what is told of a content that cannot be had, while the others come; null: the download ends.</summary>
    public Action<int, ChunkStoreException>? Failed { get; init; }

    public byte[] this[int item] => _bytes[item];

    public void Write(int item, long offset, ReadOnlySpan<byte> bytes) => bytes.CopyTo(_bytes[item].AsSpan((int)offset));

    public void Complete(int item)
    {
    }

    public bool TryFail(int item, ChunkStoreException problem)
    {
        Failed?.Invoke(item, problem);
        return Failed is not null;
    }
}
