using System.Buffers;
using Workflow.Data.Storage;

namespace Workflow.Data.Versioning.Objects;

/// <summary>A few small files in memory, hashed together when they are about equally long. Not safe for concurrent use.</summary>
internal sealed class SmallFiles : IDisposable
{
    internal const int MaximumBytes = 1 << 20;

    // Eight lanes cost about what two and a half files cost one after the other.
    private const int WorthwhileShare = 3;
    private readonly byte[]?[] _buffers = new byte[Md5Lanes.Lanes][];
    private readonly ReadOnlyMemory<byte>[] _contents = new ReadOnlyMemory<byte>[Md5Lanes.Lanes];
    private readonly int[] _indices = new int[Md5Lanes.Lanes];
    private readonly Md5Hash[] _hashes = new Md5Hash[Md5Lanes.Lanes];

    public int Count { get; private set; }

    public bool IsFull => Count == Md5Lanes.Lanes;

    public (int Index, ReadOnlyMemory<byte> Content, Md5Hash Md5) this[int lane] => (_indices[lane], _contents[lane], _hashes[lane]);

    /// <summary>Reads a file.</summary>
    /// <returns>Its stamp afterwards: one byte more or less than expected shows there.</returns>
    public FileStamp Read(int index, string path, int size)
    {
        if (_buffers[Count] is not { } buffer || buffer.Length < size)
        {
            if (_buffers[Count] is { } old)
            {
                ArrayPool<byte>.Shared.Return(old);
            }

            _buffers[Count] = buffer = ArrayPool<byte>.Shared.Rent(size);
        }

        var length = PosixFiles.ReadFile(path, buffer.AsSpan(0, size), out var after);
        _contents[Count] = buffer.AsMemory(0, length);
        _indices[Count++] = index;
        return length == size ? after : default;
    }

    public void Hash()
    {
        var longest = 0L;
        var sum = 0L;
        for (var i = 0; i < Count; i++)
        {
            longest = Math.Max(longest, _contents[i].Length);
            sum += _contents[i].Length;
        }

        if (Md5Lanes.IsFast && sum >= longest * WorthwhileShare && Count > 1)
        {
            Md5Lanes.Hash(_contents.AsSpan(0, Count), _hashes.AsSpan(0, Count));
            return;
        }

        for (var i = 0; i < Count; i++)
        {
            _hashes[i] = FileHasher.Hash(_contents[i].Span);
        }
    }

    public void Clear() => Count = 0;

    public void Dispose()
    {
        foreach (var buffer in _buffers)
        {
            if (buffer is not null)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }
}
