namespace Workflow.Data.Versioning;

/// <summary>Where settings stand. A later one wins over those before it: system, global, repository, local.</summary>
public enum DataConfigLevel
{
    /// <summary><c>.dvc/config</c>, which git tracks (<c>--project</c>).</summary>
    Repository,

    /// <summary><c>.dvc/config.local</c>, which git ignores: the place of secrets (<c>--local</c>).</summary>
    Local,

    /// <summary>The user's own file (<c>--global</c>).</summary>
    Global,

    /// <summary>The machine's file (<c>--system</c>).</summary>
    System,
}
