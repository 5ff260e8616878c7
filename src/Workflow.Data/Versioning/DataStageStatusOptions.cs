namespace Workflow.Data.Versioning;

/// <summary>What <see cref="DataRepository.StageStatusAsync"/> reports; the names are those of <c>dvc status</c>.</summary>
public sealed class DataStageStatusOptions
{
    /// <summary>
    /// Gets or sets what to report on: <c>.dvc</c> files, <c>dvc.yaml</c> files, names of stages (<c>train</c>, <c>sub/dvc.yaml:train</c>),
    /// or paths of outputs, relative to <see cref="WorkingDirectory"/>. Empty: everything.
    /// </summary>
    public IReadOnlyList<string> Targets { get; set; } = [];

    /// <summary>Gets or sets whether a target that is a folder means everything in it (<c>--recursive</c>).</summary>
    public bool Recursive { get; set; }

    /// <summary>Gets or sets whether the stages that make the dependencies of a target are reported, too (<c>--with-deps</c>).</summary>
    public bool WithDependencies { get; set; }

    /// <summary>Gets or sets whether repositories that data was imported from are asked for news. Default true; false is <c>--no-updates</c>.</summary>
    public bool CheckUpdates { get; set; } = true;

    /// <summary>Gets or sets the folder that targets and reported paths start from. Default: the repository's root.</summary>
    public string? WorkingDirectory { get; set; }
}
