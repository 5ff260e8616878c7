namespace Workflow.Data.Versioning;

/// <summary>How a remote is added; the names are those of <c>dvc remote add</c>.</summary>
public sealed class DataRemoteAddOptions
{
    /// <summary>Gets or sets whether it becomes the default remote (<c>-d</c>).</summary>
    public bool Default { get; set; }

    /// <summary>Gets or sets whether a remote of that name is replaced with all its settings (<c>-f</c>).</summary>
    public bool Force { get; set; }

    /// <summary>Gets or sets the file it is written to. Default: <c>.dvc/config</c>.</summary>
    public DataConfigLevel Level { get; set; } = DataConfigLevel.Repository;
}
