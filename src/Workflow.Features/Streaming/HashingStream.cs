using System.IO.Hashing;

namespace Workflow.Features.Streaming;

/// <summary>Passes bytes on and hashes them; disposing it leaves the other stream open. Not thread-safe.</summary>
internal sealed class HashingStream(Stream inner) : Stream
{
    private readonly XxHash3 _hash = new();

    /// <summary>Gets the hash of the bytes so far.</summary>
    public ulong Hash => _hash.GetCurrentHashAsUInt64();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw OnlyWrites();

    public override long Position { get => throw OnlyWrites(); set => throw OnlyWrites(); }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw OnlyWrites();

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _hash.Append(buffer);
        inner.Write(buffer);
    }

    public override long Seek(long offset, SeekOrigin origin) => throw OnlyWrites();

    public override void SetLength(long value) => throw OnlyWrites();

    private static NotSupportedException OnlyWrites() => new("Bytes are hashed in the order in which they are written.");
}
