namespace Workflow.Data.Versioning.Imports;

/// <summary>The body of an answer, which is disposed with it. A body whose length nobody promised ends early with an <see cref="IOException"/> of its own.</summary>
internal sealed class AnswerStream(Stream body, IDisposable answer) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException("The length is not known.");

    public override long Position
    {
        get => throw new NotSupportedException("The stream cannot seek.");
        set => throw new NotSupportedException("The stream cannot seek.");
    }

    public override int Read(byte[] buffer, int offset, int count) => body.Read(buffer, offset, count);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => body.ReadAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => body.ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("The stream cannot seek.");

    public override void SetLength(long value) => throw new NotSupportedException("The stream cannot be written.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("The stream cannot be written.");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            body.Dispose();
            answer.Dispose();
        }

        base.Dispose(disposing);
    }
}
