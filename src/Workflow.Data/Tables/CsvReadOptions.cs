using Apache.Arrow.Memory;

namespace Workflow.Data.Tables;

/// <summary>Settings of reading a CSV file.</summary>
public sealed class CsvReadOptions
{
    /// <summary>Gets or sets whether the first line names the columns. Default true; otherwise columns are taken by position.</summary>
    public bool HasHeader { get; set; } = true;

    /// <summary>Gets or sets what separates fields: one ASCII character, not a quote or line end. Default a comma.</summary>
    public char Separator { get; set; } = ',';

    /// <summary>Gets or sets the rows of a batch. Default 65,536; from 1 to 16,777,216.</summary>
    public int BatchRows { get; set; } = TableSource.DefaultBatchRows;

    /// <summary>Gets or sets the most bytes of one line, quoted line ends included. Default 1 MiB; from 1 to 256 MiB.</summary>
    /// <remarks>A quote that is never closed is found here instead of filling the memory.</remarks>
    public int MaximumRowBytes { get; set; } = 1 << 20;

    /// <summary>Gets or sets where batches live. Default: Arrow's native allocator.</summary>
    public MemoryAllocator? Allocator { get; set; }
}
