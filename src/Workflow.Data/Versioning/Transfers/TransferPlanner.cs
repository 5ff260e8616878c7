using Workflow.Data.Versioning.Metafiles;
using Workflow.Data.Versioning.Revisions;

namespace Workflow.Data.Versioning.Transfers;

/// <summary>Finds what the options of a transfer mean.</summary>
internal sealed class TransferPlanner(RepositoryContext context, DataTransferOptions options)
{
    private const int MaximumJobs = 1024;
    private const int JobsPerProcessor = 4;

    /// <summary>Gets the imports among what was collected that record no content.</summary>
    public IReadOnlyList<TrackedOutput> Elsewhere { get; private set; } = [];

    /// <summary>Gets how many objects are transferred at once.</summary>
    public int JobsOf(ObjectRemote remote) => Math.Min(options.Jobs ?? remote.Jobs ?? JobsPerProcessor * Environment.ProcessorCount, MaximumJobs);

    /// <summary>Checks the options before anything happens.</summary>
    public void Check()
    {
        if (options.Jobs is < 1 or > MaximumJobs)
        {
            throw new ArgumentOutOfRangeException(nameof(options), $"Jobs has to be from 1 to {MaximumJobs}, got {options.Jobs}.");
        }
    }

    /// <summary>Collects the outputs that are asked for, by the files that track them.</summary>
    /// <exception cref="DvcException">A metafile is wrong, or a target names nothing.</exception>
    public async Task<IReadOnlyList<NeededOutput>> CollectAsync(CancellationToken cancellationToken)
    {
        var selection = new TargetSelection(context, options.Targets, options.WorkingDirectory, options.Recursive);
        var scope = new RevisionScope { AllBranches = options.AllBranches, AllTags = options.AllTags, AllCommits = options.AllCommits };
        var collector = new UsedObjectCollector(context);
        var outputs = await collector.CollectOutputsAsync(scope, cancellationToken).ConfigureAwait(false);
        var needed = outputs
            .OrderBy(static o => o.MetafilePath, Objects.CodePointComparer.Instance)
            .SelectMany(selection.Select)
            .ToList();
        if (options.WithDependencies && !selection.IsEverything)
        {
            needed.AddRange(Dependencies(collector.Workspace, needed));
        }

        Elsewhere = [.. collector.Elsewhere.OrderBy(static o => o.MetafilePath, Objects.CodePointComparer.Instance).Where(selection.Names)];
        selection.ThrowIfUnknown();
        return needed;
    }

    // The outputs of stages that made what is needed; those that record no content yet have nothing to transfer.
    private List<NeededOutput> Dependencies(OutputCatalog workspace, List<NeededOutput> needed)
    {
        var known = needed.Where(static n => n.Inside is null).Select(static n => n.Output).ToHashSet();
        return [.. new StageDependencies(context, workspace).Add([.. needed.Select(static n => n.Output).Distinct().Select(static o => new SelectedOutput(o, []))])
            .Select(static s => s.Output)
            .Where(o => !known.Contains(o) && o is { IsCached: true, Id: not null, HasForeignHash: false, IsContentElsewhere: false, IsCloudVersioned: false })
            .Select(static o => new NeededOutput(o, Inside: null))];
    }

    /// <summary>Gets the remote of each output: its own, the one asked for, or the default.</summary>
    public IEnumerable<(ObjectRemote Remote, IReadOnlyList<NeededOutput> Outputs)> ByRemote(IReadOnlyList<NeededOutput> needed, RemoteSet remotes) => needed
        .GroupBy(n => RemoteOf(n.Output) ?? "", StringComparer.Ordinal)
        .Select(g => (remotes.Get(g.Key.Length == 0 ? null : g.Key), (IReadOnlyList<NeededOutput>)[.. g]));

    private string? RemoteOf(TrackedOutput output) => (output.RemoteName ?? options.Remote ?? context.Configuration.DefaultRemote)?.ToLowerInvariant();
}
