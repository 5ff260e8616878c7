using Apache.Arrow.Memory;

namespace Workflow.Data.Tables;

/// <summary>Settings of reading a Parquet file.</summary>
public sealed class ParquetReadOptions
{
    /// <summary>Gets or sets the rows of a batch. Default 65,536; from 1 to 16,777,216. The last batch has what is left.</summary>
    public int BatchRows { get; set; } = TableSource.DefaultBatchRows;

    /// <summary>Gets or sets where batches live. Default: Arrow's native allocator.</summary>
    public MemoryAllocator? Allocator { get; set; }

    /// <summary>Gets or sets whether text columns are read as <c>dictionary&lt;utf8, int32&gt;</c> instead of <c>utf8</c>. Default false.</summary>
    /// <remarks>
    /// The dictionary of a batch is that of its row group, in the file's order; batches then end at row groups.
    /// Columns that are not dictionary-encoded in the file get a dictionary while they are read.
    /// </remarks>
    public bool DictionaryStrings { get; set; }
}
