using System.Collections.Immutable;
using Workflow.Data.Versioning.Parameters;

namespace Workflow.Data.Versioning.Stages;

/// <summary>The values of a parameters file that a stage depends on. Immutable.</summary>
public sealed record StageParameters
{
    /// <summary>Gets the path of the file, relative to the stage's working directory, or absolute.</summary>
    public required string Path { get; init; }

    /// <summary>Gets the keys, such as <c>train.lr</c>; empty: the whole file.</summary>
    public required ImmutableArray<string> Keys { get; init; }

    /// <summary>Gets a map from key to the value that it had when the stage last ran; null when <c>dvc.lock</c> does not say.</summary>
    public ParameterValue? Recorded { get; init; }
}
