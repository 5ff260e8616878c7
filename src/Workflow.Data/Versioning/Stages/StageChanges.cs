using System.Collections.Immutable;

namespace Workflow.Data.Versioning.Stages;

/// <summary>How one stage, or one <c>.dvc</c> file, differs from its last run. Immutable.</summary>
public sealed record StageChanges
{
    /// <summary>Gets its name: the <c>.dvc</c> file, a stage's name, or <c>path/dvc.yaml:name</c> for another folder's; relative to the working directory.</summary>
    public required string Address { get; init; }

    /// <summary>Gets the dependencies and parameters that differ.</summary>
    public required ImmutableArray<StageChange> Dependencies { get; init; }

    /// <summary>Gets the outputs that differ.</summary>
    public required ImmutableArray<StageChange> Outputs { get; init; }

    /// <summary>Gets whether it runs every time.</summary>
    public bool IsAlwaysChanged { get; init; }

    /// <summary>Gets whether its commands differ from those that were recorded.</summary>
    public bool IsCommandChanged { get; init; }

    /// <summary>Gets whether an imported <c>.dvc</c> file was changed since it was written.</summary>
    public bool IsChecksumChanged { get; init; }

    /// <summary>Gets whether nothing differs.</summary>
    public bool IsClean => Dependencies.IsEmpty && Outputs.IsEmpty && !IsAlwaysChanged && !IsCommandChanged && !IsChecksumChanged;
}
