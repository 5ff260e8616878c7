namespace Workflow.Data.Tables.Parquet;

/// <summary>One column of one row group, ready to be written.</summary>
internal sealed record EncodedChunk(ByteSink Bytes, ChunkSummary Summary);

/// <summary>What the footer says of one column of one row group. Immutable.</summary>
internal sealed record ChunkSummary(PageEncoding Encoding, int DictionaryLength, int Rows, int Nulls)
{
    public long Start { get; init; }

    public long UncompressedSize { get; init; }

    public long CompressedSize { get; init; }

    public void Write(CompactWriter writer, WriteColumn column, bool isCompressed)
    {
        var encodings = DictionaryLength > 0
            ? new[] { PageEncoding.Plain, PageEncoding.Rle, Encoding }
            : Encoding == PageEncoding.Plain ? [PageEncoding.Plain, PageEncoding.Rle] : [PageEncoding.Rle, Encoding];
        writer.Begin().I64(2, 0).BeginField(3).I32(1, (int)column.Type).List(2, CompactReader.I32, encodings.Length);
        foreach (var encoding in encodings)
        {
            writer.Zigzag((int)encoding);
        }

        writer.List(3, CompactReader.Binary, 1).Text(column.Field.Name)
            .I32(4, (int)(isCompressed ? Compression.Zstandard : Compression.None))
            .I64(5, Rows)
            .I64(6, UncompressedSize)
            .I64(7, CompressedSize)
            .I64(9, Start + DictionaryLength);
        if (DictionaryLength > 0)
        {
            writer.I64(11, Start);
        }

        writer.BeginField(12).I64(3, Nulls).End().End().End();
    }
}
