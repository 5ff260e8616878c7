namespace Workflow.Data.Versioning;

/// <summary>How tracking ends; the names are those of <c>dvc remove</c>.</summary>
public sealed class DataRemoveOptions
{
    /// <summary>Gets or sets whether the data in the workspace is deleted, too (<c>--outs</c>), saved or not. What the cache holds stays there.</summary>
    public bool DeleteOutputs { get; set; }

    /// <summary>Gets or sets the folder that relative targets start from, as a shell's current folder. Default: the repository's root.</summary>
    public string? WorkingDirectory { get; set; }
}
