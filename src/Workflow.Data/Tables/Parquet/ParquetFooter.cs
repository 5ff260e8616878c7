namespace Workflow.Data.Tables.Parquet;

/// <summary>What a Parquet file's footer says, as far as reading rows needs it. Immutable.</summary>
internal sealed record ParquetFooter(IReadOnlyList<SchemaElement> Schema, IReadOnlyList<RowGroup> RowGroups, long RowCount);

/// <summary>A node of the schema tree, in depth-first order.</summary>
internal sealed record SchemaElement(string Name, Repetition Repetition, int ChildCount)
{
    /// <summary>Gets the stored type of a leaf; null of a group.</summary>
    public PhysicalType? Type { get; init; }

    public int TypeLength { get; init; }

    public Annotation Annotation { get; init; }

    public TimeResolution Resolution { get; init; }

    public int BitWidth { get; init; }

    public bool IsSigned { get; init; }

    public int Precision { get; init; }

    public int Scale { get; init; }
}

internal sealed record RowGroup(long RowCount, IReadOnlyList<ColumnChunk> Columns);

/// <summary>Where one column of one row group lies in the file.</summary>
internal sealed record ColumnChunk(PhysicalType Type, Compression Codec, long Start, long Length);

internal enum PhysicalType
{
    Boolean = 0,
    Int32 = 1,
    Int64 = 2,
    Int96 = 3,
    Float = 4,
    Double = 5,
    ByteArray = 6,
    FixedLengthByteArray = 7,
}

internal enum Repetition
{
    Required = 0,
    Optional = 1,
    Repeated = 2,
}

/// <summary>What a stored value means: the union of Parquet's logical types and of the older converted types.</summary>
internal enum Annotation
{
    None,
    Text,
    Nested,
    Decimal,
    Date,
    Time,
    Timestamp,
    Integer,
    AlwaysNull,
    Bytes,
    Uuid,
    Float16,
    Unsupported,
}

internal enum TimeResolution
{
    Milliseconds,
    Microseconds,
    Nanoseconds,
}

internal enum Compression
{
    None = 0,
    Snappy = 1,
    Gzip = 2,
    Lzo = 3,
    Brotli = 4,
    HadoopLz4 = 5,
    Zstandard = 6,
    Lz4 = 7,
}

internal enum PageEncoding
{
    Plain = 0,
    PlainDictionary = 2,
    Rle = 3,
    BitPacked = 4,
    DeltaBinaryPacked = 5,
    DeltaLengthByteArray = 6,
    DeltaByteArray = 7,
    RleDictionary = 8,
    ByteStreamSplit = 9,
}
