namespace Workflow.Testing.Storage;

/// <summary>A stream over bytes that gives them in small pieces, cannot seek, and, if wanted, fails on the way.</summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class FaultyStream : Stream
{
    private readonly byte[] _content;
    private readonly int? _failAt;
    private readonly int _pieceLength;
    private int _position;

    /// <summary>Creates a stream.</summary>
    /// <param name="content">What it gives.</param>
    /// <param name="failAt">After how many bytes it throws an <see cref="IOException"/>; null never.</param>
    /// <param name="pieceLength">How many bytes one read gives at most.</param>
    public FaultyStream(byte[] content, int? failAt = null, int pieceLength = 7)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentOutOfRangeException.ThrowIfLessThan(pieceLength, 1);
        (_content, _failAt, _pieceLength) = (content, failAt, pieceLength);
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (_position >= _failAt)
        {
            throw new IOException($"The stream was made to fail after {_failAt} bytes.");
        }

        var length = Math.Min(Math.Min(buffer.Length, _pieceLength), Math.Min(_content.Length, _failAt ?? int.MaxValue) - _position);
        _content.AsSpan(_position, length).CopyTo(buffer);
        _position += length;
        return length;
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(buffer.Span));
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
