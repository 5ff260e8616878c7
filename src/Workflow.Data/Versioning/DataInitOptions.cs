namespace Workflow.Data.Versioning;

/// <summary>How a repository is created; the names are those of <c>dvc init</c>.</summary>
public sealed class DataInitOptions
{
    /// <summary>Gets or sets whether the folder lies in no git repository (<c>--no-scm</c>). Excludes <see cref="Subdir"/>.</summary>
    public bool NoScm { get; set; }

    /// <summary>Gets or sets whether the folder may be a subfolder of a git repository instead of its root (<c>--subdir</c>).</summary>
    public bool Subdir { get; set; }

    /// <summary>Gets or sets whether an existing <c>.dvc</c> folder, its cache included, is deleted first (<c>-f</c>, <c>--force</c>).</summary>
    public bool Force { get; set; }
}
