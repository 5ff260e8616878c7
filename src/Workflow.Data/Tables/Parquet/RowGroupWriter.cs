using System.Collections.Immutable;
using Apache.Arrow;

namespace Workflow.Data.Tables.Parquet;

/// <summary>Gathers rows into row groups and writes each when it is full. Not thread-safe.</summary>
/// <remarks>Where a group ends depends on the rows alone, not on how they were batched: equal rows give equal bytes.</remarks>
internal sealed class RowGroupWriter(Stream stream, ImmutableArray<WriteColumn> columns, ParquetWriteOptions options) : IDisposable
{
    private readonly ImmutableArray<ColumnBuffer> _buffers = [.. columns.Select(c => new ColumnBuffer(c))];
    private readonly ChunkEncoder _encoder = new(options);
    private readonly List<(int Rows, List<ChunkSummary> Chunks)> _groups = [];
    private int _rows;

    public long RowCount { get; private set; }

    public async ValueTask AppendAsync(List<IArrowArray> arrays, int rows, CancellationToken cancellationToken)
    {
        for (var offset = 0; offset < rows;)
        {
            var count = Math.Min(rows - offset, options.RowGroupRows - _rows);
            for (var i = 0; i < arrays.Count; i++)
            {
                count = _buffers[i].RowsThatFit(arrays[i], offset, count);
            }

            if (count == 0 && _rows == 0)
            {
                throw new ArgumentException($"Row {RowCount} has a value of more than {ColumnBuffer.MaximumBytes} bytes; keep such values in files of their own.", nameof(arrays));
            }

            Append(arrays, offset, count);
            offset += count;
            _rows += count;
            RowCount += count;
            if (_rows == options.RowGroupRows || offset < rows)
            {
                await FlushAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_rows == 0)
        {
            return;
        }

        var chunks = new List<ChunkSummary>(_buffers.Length);
        foreach (var buffer in _buffers)
        {
            var chunk = _encoder.Encode(buffer);
            chunks.Add(chunk.Summary with { Start = stream.Position });
            await stream.WriteAsync(chunk.Bytes.Memory, cancellationToken).ConfigureAwait(false);
            buffer.Clear();
        }

        _groups.Add((_rows, chunks));
        _rows = 0;
    }

    /// <summary>Writes the footer's part about the row groups.</summary>
    public void WriteSummary(CompactWriter footer)
    {
        footer.I64(3, RowCount).List(4, CompactReader.Struct, _groups.Count);
        foreach (var (rows, chunks) in _groups)
        {
            footer.Begin().List(1, CompactReader.Struct, chunks.Count);
            for (var i = 0; i < chunks.Count; i++)
            {
                chunks[i].Write(footer, columns[i], options.CompressionLevel > 0);
            }

            footer.I64(2, chunks.Sum(c => c.UncompressedSize)).I64(3, rows).End();
        }
    }

    public void Dispose() => _encoder.Dispose();

    private void Append(List<IArrowArray> arrays, int offset, int count)
    {
        for (var i = 0; i < arrays.Count; i++)
        {
            try
            {
                _buffers[i].Append(arrays[i], offset, count);
            }
            catch (MalformedException e)
            {
                throw new ArgumentException($"Column '{columns[i].Field.Name}' cannot be written: expected {e.Expected}, got {e.Actual}.", nameof(arrays), e);
            }
        }
    }
}
