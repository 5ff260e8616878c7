namespace Workflow.Data;

/// <summary>Settings of the ground floor. Bound from <c>Workflow:Data</c>, validated when the host starts.</summary>
public sealed class DataOptions
{
    /// <summary>
    /// Gets or sets the folder in which everything is kept. Default <c>workflow</c>; a relative path starts at the current directory.
    /// The metadata database is its file <c>metadata.db</c>, the object store its folder <c>objects</c>, unless a provider replaces them.
    /// </summary>
    public string Root { get; set; } = "workflow";

    /// <summary>Gets or sets how many partitions of one job run at the same time. Default the number of processors; from 1 to 1024.</summary>
    public int MaxParallelism { get; set; } = Environment.ProcessorCount;
}
