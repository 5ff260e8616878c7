namespace Workflow.Data.Versioning;

/// <summary>How an output is moved.</summary>
public sealed class DataMoveOptions
{
    /// <summary>Gets or sets the folder that relative paths start from, as a shell's current folder. Default: the repository's root.</summary>
    public string? WorkingDirectory { get; set; }
}
