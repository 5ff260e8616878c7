using System.Diagnostics.CodeAnalysis;

namespace Workflow.Data.Storage;

/// <summary>Gives exactly so many bytes of another stream, and fails when that ends early: what a store promised and did not send.</summary>
/// <remarks>Not thread-safe. Owns the other stream. Cannot seek.</remarks>
public sealed class ExactLengthStream : Stream
{
    private readonly Stream _inner;
    private readonly string _source;
    private readonly Func<Exception, Exception?>? _translate;
    private readonly TimeSpan? _patience;
    private readonly long _length;
    private long _position;

    /// <summary>Wraps a stream.</summary>
    /// <param name="inner">Read from its position on; disposed with this.</param>
    /// <param name="length">How many bytes there have to be. What comes after them is not read.</param>
    /// <param name="source">What it is, for the message of an error.</param>
    /// <param name="translate">Makes a client's own exception an <see cref="IOException"/>; null, also as its answer, leaves it as it is.</param>
    /// <param name="patience">How long an asynchronous read may wait for bytes; null: for ever. Then it fails with an <see cref="IOException"/>.</param>
    public ExactLengthStream(Stream inner, long length, string source, Func<Exception, Exception?>? translate = null, TimeSpan? patience = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentException.ThrowIfNullOrEmpty(source);
        (_inner, _length, _source, _translate, _patience) = (inner, length, source, translate, patience);
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => _length;

    /// <inheritdoc/>
    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException("The stream cannot seek.");
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var wanted = (int)Math.Min(buffer.Length, _length - _position);
        if (wanted == 0)
        {
            return 0;
        }

        try
        {
            return Count(_inner.Read(buffer[..wanted]));
        }
        catch (Exception exception) when (_translate?.Invoke(exception) is { } translated)
        {
            throw Kept(translated);
        }
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    [SuppressMessage("ApiDesign", "RS0027", Justification = "The overloads of Stream, with its default values.")]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var wanted = (int)Math.Min(buffer.Length, _length - _position);
        if (wanted == 0)
        {
            return 0;
        }

        try
        {
            return Count(await ReadPatientlyAsync(buffer[..wanted], cancellationToken).ConfigureAwait(false));
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && _translate?.Invoke(exception) is { } translated)
        {
            throw Kept(translated);
        }
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("The stream cannot seek.");

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException("The stream cannot be written.");

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("The stream cannot be written.");

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<int> ReadPatientlyAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_patience is not { } patience)
        {
            return await _inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        try
        {
            return await _inner.ReadAsync(buffer, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"{_source} sent nothing for {patience} after {_position} of {_length} bytes. Try again, or allow more time.", exception);
        }
    }

    // Another exception than the one that was caught: there is nothing to rethrow.
    private static Exception Kept(Exception translated) => translated;

    private int Count(int read)
    {
        if (read == 0)
        {
            throw new EndOfStreamException($"{_source} ended after {_position} of {_length} bytes. Try again; when it happens again, the copy there is damaged.");
        }

        _position += read;
        return read;
    }
}
