namespace Workflow.Data.Tables.Parquet;

/// <summary>Reads and checks the footer's Thrift structure.</summary>
internal static class FooterReader
{
    /// <param name="thrift">The footer's bytes, without length and magic.</param>
    /// <param name="dataEnd">Where the footer starts: no column may reach beyond it.</param>
    public static ParquetFooter Read(ReadOnlySpan<byte> thrift, long dataEnd)
    {
        var reader = new CompactReader(thrift);
        var schema = new List<SchemaElement>();
        var groups = new List<RowGroup>();
        long? rows = null;
        for (var id = 0; reader.ReadField(ref id) is var type and not CompactReader.Stop;)
        {
            switch (id)
            {
                case 2:
                    CompactReader.Expect(type, CompactReader.List, "the schema");
                    for (var count = reader.ReadList(CompactReader.Struct); count > 0; count--)
                    {
                        schema.Add(SchemaElementReader.Read(ref reader));
                    }

                    break;
                case 3:
                    CompactReader.Expect(type, CompactReader.I64, "the row count");
                    rows = reader.ReadI64();
                    break;
                case 4:
                    CompactReader.Expect(type, CompactReader.List, "the row groups");
                    for (var count = reader.ReadList(CompactReader.Struct); count > 0; count--)
                    {
                        groups.Add(ReadRowGroup(ref reader, dataEnd));
                    }

                    break;
                case 8:
                    throw new MalformedException("a footer without encryption", "an encrypted file");
                default:
                    reader.Skip(type);
                    break;
            }
        }

        return Check(new ParquetFooter(schema, groups, rows ?? throw new MalformedException("a row count", "none")));
    }

    private static ParquetFooter Check(ParquetFooter footer)
    {
        if (footer.Schema.Count == 0)
        {
            throw new MalformedException("a schema", "none");
        }

        var leaves = footer.Schema.Where(e => e.Type is not null).ToList();
        var total = 0L;
        foreach (var group in footer.RowGroups)
        {
            if (group.Columns.Count != leaves.Count)
            {
                throw new MalformedException($"{leaves.Count} columns in every row group", $"{group.Columns.Count}");
            }

            for (var i = 0; i < leaves.Count; i++)
            {
                if (group.Columns[i].Type != leaves[i].Type)
                {
                    throw new MalformedException($"column '{leaves[i].Name}' stored as {leaves[i].Type}", $"{group.Columns[i].Type}");
                }
            }

            total = checked(total + group.RowCount);
        }

        return total == footer.RowCount ? footer : throw new MalformedException($"{footer.RowCount} rows in all row groups", $"{total}");
    }

    private static RowGroup ReadRowGroup(ref CompactReader reader, long dataEnd)
    {
        var columns = new List<ColumnChunk>();
        long? rows = null;
        for (var id = 0; reader.ReadField(ref id) is var type and not CompactReader.Stop;)
        {
            switch (id)
            {
                case 1:
                    CompactReader.Expect(type, CompactReader.List, "the columns of a row group");
                    for (var count = reader.ReadList(CompactReader.Struct); count > 0; count--)
                    {
                        columns.Add(ReadChunk(ref reader, dataEnd));
                    }

                    break;
                case 3:
                    CompactReader.Expect(type, CompactReader.I64, "the rows of a row group");
                    rows = reader.ReadI64();
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        // Above this the sum of all groups could overflow; no real file comes near.
        return rows is >= 0 and <= 1L << 48
            ? new RowGroup(rows.Value, columns)
            : throw new MalformedException("from 0 to 2^48 rows in a row group", rows?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "no count");
    }

    private static ColumnChunk ReadChunk(ref CompactReader reader, long dataEnd)
    {
        ColumnChunk? chunk = null;
        for (var id = 0; reader.ReadField(ref id) is var type and not CompactReader.Stop;)
        {
            switch (id)
            {
                case 1:
                    throw new MalformedException("columns in the file itself", $"one in the file '{reader.ReadString()}'");
                case 3:
                    CompactReader.Expect(type, CompactReader.Struct, "the metadata of a column");
                    chunk = ReadMetadata(ref reader, dataEnd);
                    break;
                case 8 or 9:
                    throw new MalformedException("columns without encryption", "an encrypted one");
                default:
                    reader.Skip(type);
                    break;
            }
        }

        return chunk ?? throw new MalformedException("the metadata of every column", "a column without");
    }

    private static ColumnChunk ReadMetadata(ref CompactReader reader, long dataEnd)
    {
        int physical = -1, codec = -1;
        long values = -1, length = -1, dataOffset = -1, dictionaryOffset = 0;
        for (var id = 0; reader.ReadField(ref id) is var type and not CompactReader.Stop;)
        {
            switch (id, type)
            {
                case (1, CompactReader.I32):
                    physical = reader.ReadI32();
                    break;
                case (4, CompactReader.I32):
                    codec = reader.ReadI32();
                    break;
                case (5, CompactReader.I64):
                    values = reader.ReadI64();
                    break;
                case (7, CompactReader.I64):
                    length = reader.ReadI64();
                    break;
                case (9, CompactReader.I64):
                    dataOffset = reader.ReadI64();
                    break;
                case (11, CompactReader.I64):
                    dictionaryOffset = reader.ReadI64();
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        // Some writers leave a dictionary offset of 0 where there is no dictionary, and Arrow a data offset of 0 where there are no rows.
        var start = dictionaryOffset > 0 && (dataOffset <= 0 || dictionaryOffset < dataOffset) ? dictionaryOffset : dataOffset;
        if (physical is < 0 or > 7 || codec is < 0 or > 7 || values < 0)
        {
            throw new MalformedException("a known type, codec and value count of every column", $"type {physical}, codec {codec}, {values} values");
        }

        if (length < 0 || (length > 0 && (start < ParquetFile.Magic.Length || length > dataEnd - start)))
        {
            throw new MalformedException($"every column between bytes {ParquetFile.Magic.Length} and {dataEnd}", $"{length} bytes at {start}");
        }

        return new ColumnChunk((PhysicalType)physical, (Compression)codec, start, length);
    }
}
