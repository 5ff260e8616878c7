namespace Workflow.Data.Versioning;

/// <summary>What <see cref="DataRepository.StatusAsync"/> reports; the names are those of <c>dvc data status</c>.</summary>
public sealed class DataStatusOptions
{
    /// <summary>Gets or sets whether changed folders are reported file by file (<c>--granular</c>).</summary>
    public bool Granular { get; set; }

    /// <summary>Gets or sets whether files that neither git nor DVC tracks are listed (<c>--untracked-files</c>).</summary>
    public bool UntrackedFiles { get; set; }

    /// <summary>Gets or sets whether unchanged outputs are listed (<c>--unchanged</c>).</summary>
    public bool Unchanged { get; set; }

    /// <summary>Gets or sets whether tracked paths are listed whose object their remote does not have (<c>--not-in-remote</c>). Asks the remote.</summary>
    public bool NotInRemote { get; set; }

    /// <summary>
    /// Gets or sets the files or folders to report on, relative to <see cref="WorkingDirectory"/> or absolute. Empty: all.
    /// </summary>
    public IReadOnlyList<string> Targets { get; set; } = [];

    /// <summary>Gets or sets the folder that relative targets start from. Default: the repository's root.</summary>
    public string? WorkingDirectory { get; set; }
}
