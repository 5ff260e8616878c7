using Apache.Arrow.Memory;
using Workflow.Data.Partitions;
using Workflow.Data.Tables;
using Workflow.Features.Offline;
using Workflow.Features.Views;

namespace Workflow.Features.Joins.Spilling;

/// <summary>A join under a memory limit: labels and events are split by key into files, joined part by part in memory, and put together in the order of the labels.</summary>
internal sealed class SpilledJoin(FeatureService service, LabelTable labels, IReadOnlyDictionary<string, TableSource> sources)
{
    private const int MostPartitions = 128;

    public required PointInTimeJoinOptions Options { get; init; }

    public required long Size { get; init; }

    public IPartitionRunner? Runner { get; init; }

    public MemoryAllocator? Allocator { get; init; }

    // Half of the limit for one part: keys do not spread evenly.
    private int Partitions => Size == long.MaxValue ? MostPartitions / 2 : (int)Math.Clamp(2 * (Size / Options.MemoryLimit!.Value) + 2, 2, MostPartitions);

    public async Task<TrainingSet> RunAsync(CancellationToken cancellationToken)
    {
        // Every difference of every schema is found before anything is written.
        using (new LabelRows(service, labels))
        {
            foreach (var group in service.Views.SelectMany(ViewPart.Of).GroupBy(static p => p.View.View.Source))
            {
                using var table = new EventTable([.. group], sources[group.Key]);
            }
        }

        var folder = new SpillFolder(Options.SpillFolder ?? Path.GetTempPath(), Options.CreateFile);
        try
        {
            var groups = SpilledGroup.Of(service);
            foreach (var group in groups)
            {
                await JoinAsync(group, folder, cancellationToken).ConfigureAwait(false);
            }

            var statuses = new Dictionary<string, RowStatuses>(StringComparer.Ordinal);
            groups.ForEach(g => g.MergeStatuses(statuses));
            var result = await new PartMerge(service, labels, Allocator).RunAsync(groups, folder, cancellationToken).ConfigureAwait(false);
            foreach (var part in groups.SelectMany(static g => g.Parts).OfType<SpillTable>())
            {
                File.Delete(part.Path);
            }

            return new TrainingSet(service, result, folder, statuses);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    private async Task JoinAsync(SpilledGroup group, SpillFolder folder, CancellationToken cancellationToken)
    {
        var entity = group.View.Entity;
        var partitions = group.CanSplit ? Partitions : 1;
        var required = new ColumnRequirements();
        foreach (var view in group.Views)
        {
            ColumnRequirements.OfSource(view.View, required);
        }

        List<byte[]> assigned = [];
        var rows = await SplitTable.RunAsync(
            labels.Rows,
            [.. entity.Keys.Select(static k => k.Name).Append(labels.TimeColumn).Distinct(StringComparer.Ordinal)],
            new SplitTable.Target(folder, group.Name + "-labels", new KeyPartitions(entity, null, partitions), partitions) { Assigned = assigned },
            cancellationToken).ConfigureAwait(false);
        var events = await SplitTable.RunAsync(
            sources[group.View.Source],
            required.Names,
            new SplitTable.Target(folder, group.Name + "-events", new KeyPartitions(entity, group.View, partitions), partitions),
            cancellationToken).ConfigureAwait(false);
        group.Assigned = [.. assigned.SelectMany(static a => a)];

        var part = new FeatureService(service.Name, [.. group.Views], []);
        var join = new PointInTimeJoin(Runner, Allocator);
        for (var partition = 0; partition < partitions; partition++)
        {
            using var set = await join.RunAsync(
                part,
                new LabelTable(rows[partition], labels.TimeColumn) { Keep = [] },
                new Dictionary<string, TableSource>(StringComparer.Ordinal) { [group.View.Source] = events[partition] },
                cancellationToken).ConfigureAwait(false);
            group.Statuses.Add(set.AllStatuses);
            group.Parts.Add(await WriteAsync(folder, $"{group.Name}-features-{partition}.arrow", set.Table, cancellationToken).ConfigureAwait(false));
            File.Delete(rows[partition].Path);
            File.Delete(events[partition].Path);
        }
    }

    private static async Task<SpillTable> WriteAsync(SpillFolder folder, string name, TableSource table, CancellationToken cancellationToken)
    {
        var writer = new SpillWriter(folder, name, table.Schema);
        await using (writer.ConfigureAwait(false))
        {
            await foreach (var batch in table.ReadAsync(null, cancellationToken).ConfigureAwait(false))
            {
                using (batch)
                {
                    await writer.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
                }
            }

            return await writer.FinishAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
