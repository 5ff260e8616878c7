namespace Workflow.Data.Versioning.Stages;

/// <summary>A stage that a target named.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="OutputPath">The absolute path when the target named an output or a part of one: only that output is meant.</param>
internal sealed record SelectedStage(StageView Stage, string? OutputPath)
{
    /// <summary>Whether an output of the stage is meant.</summary>
    /// <param name="fullPath">Of the output, absolute.</param>
    public bool Covers(string fullPath) => OutputPath is null || OutputPath == fullPath || OutputPath.StartsWith(fullPath + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
