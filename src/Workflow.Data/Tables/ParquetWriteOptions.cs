namespace Workflow.Data.Tables;

/// <summary>Settings of writing a Parquet file.</summary>
public sealed class ParquetWriteOptions
{
    /// <summary>Gets or sets the most rows of a row group. Default 1,048,576; from 1 to 16,777,216. The writer holds one row group in memory.</summary>
    public int RowGroupRows { get; set; } = 1 << 20;

    /// <summary>Gets or sets the Zstandard level, from 1 (fast) to 22 (small); 0 writes uncompressed pages. Default 3.</summary>
    public int CompressionLevel { get; set; } = 3;

    /// <summary>Gets or sets whether every column is encoded in all ways that suit its type, and the smallest is kept. Default false.</summary>
    /// <remarks>For files that are written once and copied often: about a tenth smaller, several times the processor time.</remarks>
    public bool TryEveryEncoding { get; set; }
}
