using Workflow.Data.Versioning.Stages;

namespace Workflow.Data.Versioning.Metafiles;

/// <summary>The outputs of a stage of a <c>dvc.yaml</c> as things that are tracked.</summary>
internal static class PipelineOutputs
{
    /// <summary>Gets those that lie in the repository.</summary>
    public static IEnumerable<TrackedOutput> Of(string root, PipelineStage stage)
    {
        foreach (var output in stage.Outputs)
        {
            if (RepositoryPath.TryResolve(root, Path.Combine(root, stage.WorkingDirectory), output.Path) is { Length: > 0 } path)
            {
                yield return new TrackedOutput
                {
                    Path = path,
                    MetafilePath = stage.FilePath,
                    Position = 0,
                    Id = output.Recorded?.Id,
                    Size = output.Recorded?.Size,
                    FileCount = output.Recorded?.FileCount,
                    IsLegacy = output.Recorded?.IsLegacy ?? false,
                    HasForeignHash = false,
                    IsCached = output.IsCached,
                    IsCloudVersioned = false,
                    IsFromPipeline = true,
                    StageName = stage.Name,
                    IsPushed = output.IsPushed,
                    RemoteName = output.Remote,
                    IsExecutable = output.Recorded?.IsExecutable ?? false,
                };
            }
        }
    }
}
