using System.Buffers.Binary;
using Workflow.Data.Tables.Parquet;

namespace Workflow.Data.Tables.Ipc;

/// <summary>Passes an Arrow IPC stream on, message by message, after checking that each message keeps within the file and itself.</summary>
/// <remarks>Arrow's reader trusts the lengths in a message and allocates by them. Not thread-safe; owns the file.</remarks>
internal sealed class IpcGuardStream(FileStream file) : Stream
{
    private const int MaximumMetadataBytes = 1 << 24;
    private const int MaximumFields = 1 << 18;
    private const int MaximumDepth = 32;
    private const int SchemaHeader = 1;
    private const int DictionaryHeader = 2;
    private const int BatchHeader = 3;
    private const int StructBytes = 16;
    private byte[] _head = [];
    private int _headPosition;
    private long _bodyLeft;
    private bool _isEnded;
    private bool _hasSchema;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        if (_headPosition == _head.Length && _bodyLeft == 0)
        {
            await ReadHeadAsync(cancellationToken).ConfigureAwait(false);
        }

        if (_headPosition < _head.Length)
        {
            var count = Math.Min(buffer.Length, _head.Length - _headPosition);
            _head.AsMemory(_headPosition, count).CopyTo(buffer);
            _headPosition += count;
            return count;
        }

        if (_bodyLeft == 0)
        {
            return 0;
        }

        var read = await file.ReadAsync(buffer[..(int)Math.Min(buffer.Length, _bodyLeft)], cancellationToken).ConfigureAwait(false);
        _bodyLeft -= read;
        return read > 0 ? read : throw new MalformedException($"{_bodyLeft} more bytes of an Arrow message", "the end of the file");
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask ReadHeadAsync(CancellationToken cancellationToken)
    {
        (_head, _headPosition) = ([], 0);
        if (_isEnded)
        {
            return;
        }

        // A continuation marker and the length; streams of before Arrow 0.15 have only the length.
        var prefix = await ReadAsync(sizeof(int), cancellationToken).ConfigureAwait(false);
        if (prefix.Length == 0 && _hasSchema)
        {
            _isEnded = true;
            return;
        }

        Require(prefix, sizeof(int));
        var length = BinaryPrimitives.ReadInt32LittleEndian(prefix);
        if (length == -1)
        {
            var more = await ReadAsync(sizeof(int), cancellationToken).ConfigureAwait(false);
            Require(more, sizeof(int));
            length = BinaryPrimitives.ReadInt32LittleEndian(more);
            prefix = [.. prefix, .. more];
        }

        if (length == 0)
        {
            (_isEnded, _head) = (true, prefix);
            return;
        }

        if (length < 0 || length > Math.Min(MaximumMetadataBytes, file.Length - file.Position))
        {
            throw new MalformedException($"an Arrow message of at most {Math.Min(MaximumMetadataBytes, file.Length - file.Position)} bytes", $"{length}");
        }

        var metadata = await ReadAsync(length, cancellationToken).ConfigureAwait(false);
        Require(metadata, length);
        _bodyLeft = CheckMessage(metadata, file.Length - file.Position);
        _head = [.. prefix, .. metadata];
    }

    private async ValueTask<byte[]> ReadAsync(int count, CancellationToken cancellationToken)
    {
        var bytes = new byte[count];
        var read = await file.ReadAtLeastAsync(bytes, count, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return bytes[..read];
    }

    private static void Require(byte[] bytes, int count)
    {
        if (bytes.Length != count)
        {
            throw new MalformedException("another Arrow message or the end mark", "the end of the file");
        }
    }

    private long CheckMessage(ReadOnlySpan<byte> metadata, long left)
    {
        var message = FlatTable.Root(metadata);
        var header = message.Byte(1);
        var body = message.Int64(3);
        if (body < 0 || body > Math.Min(left, int.MaxValue))
        {
            throw new MalformedException($"an Arrow message with a body of at most {Math.Min(left, int.MaxValue)} bytes", $"{body}");
        }

        if (header == SchemaHeader == _hasSchema)
        {
            throw new MalformedException(_hasSchema ? "one schema" : "a schema first", _hasSchema ? "a second" : $"a message of kind {header}");
        }

        _hasSchema = true;
        if (header == SchemaHeader)
        {
            var schema = message.Table(2);
            var fields = 0;
            _ = schema.Vector(2, sizeof(uint));
            CheckFields(schema, 1, ref fields);
        }

        if (header is BatchHeader or DictionaryHeader)
        {
            CheckBatch(header == BatchHeader ? message.Table(2) : message.Table(2).Table(1), body);
        }

        return body;
    }

    // Arrow's reader takes memory for as many children as a field claims.
    private static void CheckFields(FlatTable table, int slot, ref int fields, int depth = 0)
    {
        var count = table.Count(slot);
        fields += count;
        if (fields > MaximumFields || depth > MaximumDepth)
        {
            throw new MalformedException($"at most {MaximumFields} fields in {MaximumDepth} levels", $"{fields} in {depth}");
        }

        for (var i = 0; i < count; i++)
        {
            var field = table.Item(slot, i);
            _ = field.Vector(6, sizeof(uint));
            CheckFields(field, 5, ref fields, depth + 1);
        }
    }

    private static void CheckBatch(FlatTable batch, long body)
    {
        if (batch.Has(3))
        {
            throw new NotSupportedException("Compressed Arrow IPC files cannot be read; write the file without compression, or as Parquet.");
        }

        RequireRows(batch.Int64(0));
        for (var nodes = batch.Vector(1, StructBytes); !nodes.IsEmpty; nodes = nodes[StructBytes..])
        {
            RequireRows(BinaryPrimitives.ReadInt64LittleEndian(nodes));
            RequireRows(BinaryPrimitives.ReadInt64LittleEndian(nodes[sizeof(long)..]));
        }

        for (var buffers = batch.Vector(2, StructBytes); !buffers.IsEmpty; buffers = buffers[StructBytes..])
        {
            var offset = BinaryPrimitives.ReadInt64LittleEndian(buffers);
            var length = BinaryPrimitives.ReadInt64LittleEndian(buffers[sizeof(long)..]);
            if (offset < 0 || length < 0 || offset > body || length > body - offset)
            {
                throw new MalformedException($"buffers within the {body} bytes of a message", $"{length} bytes at {offset}");
            }
        }
    }

    private static void RequireRows(long count)
    {
        if (count is < 0 or > int.MaxValue)
        {
            throw new MalformedException($"from 0 to {int.MaxValue} rows or nulls in a batch", $"{count}");
        }
    }
}
