namespace Workflow.Data.Versioning.Stages;

/// <summary>A file or folder that a stage makes. Immutable.</summary>
public sealed record StageOutput
{
    /// <summary>Gets the path as <c>dvc.yaml</c> has it: relative to the stage's working directory, or absolute.</summary>
    public required string Path { get; init; }

    /// <summary>Gets what it is for.</summary>
    public StageOutputKind Kind { get; init; }

    /// <summary>Gets whether its content goes into the cache (default), or is kept by git.</summary>
    public bool IsCached { get; init; } = true;

    /// <summary>Gets whether it stays when the stage runs again (<c>persist</c>).</summary>
    public bool IsPersistent { get; init; }

    /// <summary>Gets whether it is pushed (default).</summary>
    public bool IsPushed { get; init; } = true;

    /// <summary>Gets the remote that it is pushed to instead of the default one; null for that one.</summary>
    public string? Remote { get; init; }

    /// <summary>Gets the content that it had when the stage last ran; null when <c>dvc.lock</c> does not say.</summary>
    public ContentRecord? Recorded { get; init; }
}
