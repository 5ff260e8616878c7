namespace Workflow.Data.Versioning;

/// <summary>Settings of <see cref="DataRepository.ExportAsync"/>.</summary>
public sealed class DataExportOptions
{
    /// <summary>Gets or sets the remote that is exported, which is a chunk store. Null, the default: the default remote.</summary>
    public string? Remote { get; set; }

    /// <summary>Gets or sets where a relative path of the destination starts. Null, the default: the repository's root.</summary>
    public string? WorkingDirectory { get; set; }
}
