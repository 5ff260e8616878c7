namespace Workflow.Data.Versioning;

/// <summary>What is pulled and how; the names are those of <c>dvc pull</c>.</summary>
public sealed class DataPullOptions
{
    /// <summary>Gets or sets what is fetched; its targets are checked out, too.</summary>
    public DataTransferOptions Transfer { get; set; } = new();

    /// <summary>Gets or sets whether files whose content is not in the cache may be overwritten and deleted (<c>--force</c>). They are then lost.</summary>
    public bool Force { get; set; }

    /// <summary>Gets or sets whether outputs with content that is nowhere are left as they are without an error (<c>--allow-missing</c>).</summary>
    public bool AllowMissing { get; set; }
}
