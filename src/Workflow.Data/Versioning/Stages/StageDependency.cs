namespace Workflow.Data.Versioning.Stages;

/// <summary>A file or folder that a stage reads. Immutable.</summary>
public sealed record StageDependency
{
    /// <summary>Gets the path as <c>dvc.yaml</c> has it: relative to the stage's working directory, or absolute.</summary>
    public required string Path { get; init; }

    /// <summary>Gets the content that it had when the stage last ran; null when <c>dvc.lock</c> does not say.</summary>
    public ContentRecord? Recorded { get; init; }
}
