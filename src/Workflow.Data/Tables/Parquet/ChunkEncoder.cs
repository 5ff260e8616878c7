using System.IO.Hashing;
using ZstdSharp;

namespace Workflow.Data.Tables.Parquet;

/// <summary>Encodes the rows of one column of a row group as pages, and keeps the smallest of several ways. Not thread-safe.</summary>
internal sealed class ChunkEncoder(ParquetWriteOptions options) : IDisposable
{
    private const int PageRows = 1 << 17;
    private const int PageBytes = 1 << 22;
    private readonly Compressor? _compressor = options.CompressionLevel == 0 ? null : new Compressor(options.CompressionLevel);
    private readonly ByteSink _page = new();
    private readonly ByteSink _levels = new();

    /// <summary>Encodes a column.</summary>
    public EncodedChunk Encode(ColumnBuffer buffer)
    {
        EncodedChunk? smallest = null;
        foreach (var values in Candidates(buffer))
        {
            var chunk = Encode(buffer, values);
            if (smallest is null || chunk.Bytes.Length < smallest.Bytes.Length)
            {
                smallest = chunk;
            }
        }

        return smallest!;
    }

    public void Dispose() => _compressor?.Dispose();

    private List<ValueEncoder> Candidates(ColumnBuffer buffer)
    {
        var column = buffer.Column;
        if (column.Type == PhysicalType.Boolean)
        {
            return [new PlainValues(buffer)];
        }

        var candidates = new List<ValueEncoder>();
        var dictionary = DictionaryValues.TryCreate(buffer, options.TryEveryEncoding);
        if (dictionary is not null)
        {
            candidates.Add(dictionary);
        }

        if (dictionary is null || options.TryEveryEncoding)
        {
            if (!column.HasIntegers || options.TryEveryEncoding)
            {
                candidates.Add(new PlainValues(buffer));
            }

            if (column.HasIntegers)
            {
                candidates.Add(new DeltaValues(buffer));
            }
        }

        if (options.TryEveryEncoding && !buffer.HasBytes)
        {
            candidates.Add(new StreamSplitValues(buffer));
        }

        return candidates;
    }

    private EncodedChunk Encode(ColumnBuffer buffer, ValueEncoder values)
    {
        var chunk = new ByteSink();
        var uncompressed = 0L;
        var dictionaryLength = 0;
        if (values.Dictionary is { } dictionary)
        {
            uncompressed += AppendPage(chunk, dictionary.Span, PageKind.Dictionary, values.DictionaryCount, PageEncoding.Plain);
            dictionaryLength = chunk.Length;
        }

        for (int row = 0, value = 0; row < buffer.Rows;)
        {
            var (rows, count) = NextPage(buffer, row, value);
            _page.Clear();
            WriteLevels(buffer, row, rows);
            values.Write(value, count, _page);
            uncompressed += AppendPage(chunk, _page.Span, PageKind.Data, rows, values.Encoding);
            row += rows;
            value += count;
        }

        var summary = new ChunkSummary(values.Encoding, dictionaryLength, buffer.Rows, buffer.Rows - buffer.Count)
        {
            UncompressedSize = uncompressed,
            CompressedSize = chunk.Length,
        };
        return new EncodedChunk(chunk, summary);
    }

    // A page ends after so many rows, or before so many bytes: what a reader must hold is bounded by both.
    private static (int Rows, int Values) NextPage(ColumnBuffer buffer, int row, int value)
    {
        int rows = 0, values = 0, bytes = 0;
        while (row + rows < buffer.Rows && rows < PageRows)
        {
            if (buffer.Validity[row + rows] != 0)
            {
                bytes += buffer.HasBytes ? buffer[value + values].Length + sizeof(int) : Math.Max(1, buffer.Column.StoredWidth);
                if (bytes > PageBytes && rows > 0)
                {
                    break;
                }

                values++;
            }

            rows++;
        }

        return (rows, values);
    }

    private void WriteLevels(ColumnBuffer buffer, int row, int rows)
    {
        if (!buffer.Column.Field.IsNullable)
        {
            return;
        }

        var levels = new int[rows];
        for (var i = 0; i < rows; i++)
        {
            levels[i] = buffer.Validity[row + i];
        }

        _levels.Clear();
        HybridWriter.Write(levels, 1, _levels);
        _page.WriteInt32(_levels.Length);
        _page.Write(_levels.Span);
    }

    /// <returns>The bytes of the page before compression, header included.</returns>
    private int AppendPage(ByteSink chunk, ReadOnlySpan<byte> content, PageKind kind, int count, PageEncoding encoding)
    {
        var stored = _compressor is null ? content : _compressor.Wrap(content);
        var header = new CompactWriter().Begin().I32(1, (int)kind).I32(2, content.Length).I32(3, stored.Length).I32(4, unchecked((int)Crc32.HashToUInt32(stored)));
        if (kind == PageKind.Dictionary)
        {
            header.BeginField(7).I32(1, count).I32(2, (int)encoding).End();
        }
        else
        {
            header.BeginField(5).I32(1, count).I32(2, (int)encoding).I32(3, (int)PageEncoding.Rle).I32(4, (int)PageEncoding.Rle).End();
        }

        var bytes = header.End().Bytes.Span;
        chunk.Write(bytes);
        chunk.Write(stored);
        return bytes.Length + content.Length;
    }
}
