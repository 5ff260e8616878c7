namespace Workflow.Data.Tables.Parquet;

/// <summary>The header of one page of a column.</summary>
internal readonly record struct PageHeader(PageKind Kind, int UncompressedSize, int CompressedSize)
{
    /// <summary>Gets the number of values, nulls included.</summary>
    public int ValueCount { get; private init; }

    public PageEncoding Encoding { get; private init; }

    public PageEncoding LevelEncoding { get; private init; }

    /// <summary>Gets the bytes of definition levels that stand uncompressed before the values (version 2 only).</summary>
    public int DefinitionBytes { get; private init; }

    public int RepetitionBytes { get; private init; }

    public bool IsCompressed { get; private init; }

    /// <summary>Gets the CRC-32 of the stored page; null where the writer gave none.</summary>
    public uint? Checksum { get; private init; }

    /// <exception cref="EndOfBytesException">The header goes on after <paramref name="bytes"/>.</exception>
    public static PageHeader Read(ReadOnlySpan<byte> bytes, out int length)
    {
        var reader = new CompactReader(bytes);
        int kind = -1, uncompressed = -1, compressed = -1;
        PageHeader? detail = null;
        uint? checksum = null;
        for (var id = 0; reader.ReadField(ref id) is var type and not CompactReader.Stop;)
        {
            switch (id, type)
            {
                case (1, CompactReader.I32):
                    kind = reader.ReadI32();
                    break;
                case (2, CompactReader.I32):
                    uncompressed = reader.ReadI32();
                    break;
                case (3, CompactReader.I32):
                    compressed = reader.ReadI32();
                    break;
                case (4, CompactReader.I32):
                    checksum = unchecked((uint)reader.ReadI32());
                    break;
                case (5 or 7 or 8, CompactReader.Struct):
                    detail = ReadDetail(ref reader, isVersion2: id == 8);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        length = reader.Position;
        if (kind is < 0 or > 3 || uncompressed < 0 || compressed < 0 || (detail is null && kind != (int)PageKind.Index))
        {
            throw new MalformedException("a page header with a kind and sizes", $"kind {kind}, {uncompressed} bytes, {compressed} compressed");
        }

        return (detail ?? default) with { Kind = (PageKind)kind, UncompressedSize = uncompressed, CompressedSize = compressed, Checksum = checksum };
    }

    private static PageHeader ReadDetail(ref CompactReader reader, bool isVersion2)
    {
        int values = -1, encoding = -1, levels = (int)PageEncoding.Rle, definition = 0, repetition = 0;
        var isCompressed = true;
        for (var id = 0; reader.ReadField(ref id) is var type and not CompactReader.Stop;)
        {
            switch (id, type, isVersion2)
            {
                case (1, CompactReader.I32, _):
                    values = reader.ReadI32();
                    break;
                case (2, CompactReader.I32, false):
                case (4, CompactReader.I32, true):
                    encoding = reader.ReadI32();
                    break;
                case (3, CompactReader.I32, false):
                    levels = reader.ReadI32();
                    break;
                case (5, CompactReader.I32, true):
                    definition = reader.ReadI32();
                    break;
                case (6, CompactReader.I32, true):
                    repetition = reader.ReadI32();
                    break;
                case (7, CompactReader.True or CompactReader.False, true):
                    isCompressed = CompactReader.ReadBoolean(type);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        if (values < 0 || encoding < 0 || definition < 0 || repetition < 0)
        {
            throw new MalformedException("a page with a value count and an encoding", $"{values} values, encoding {encoding}, {definition} and {repetition} bytes of levels");
        }

        return new PageHeader
        {
            ValueCount = values,
            Encoding = (PageEncoding)encoding,
            LevelEncoding = (PageEncoding)levels,
            DefinitionBytes = definition,
            RepetitionBytes = repetition,
            IsCompressed = isCompressed,
        };
    }
}

internal enum PageKind
{
    Data = 0,
    Index = 1,
    Dictionary = 2,
    DataVersion2 = 3,
}
