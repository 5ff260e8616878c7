using Apache.Arrow;
using Apache.Arrow.Memory;
using Apache.Arrow.Types;
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
            var result = await MergeAsync(groups, folder, cancellationToken).ConfigureAwait(false);
            foreach (var part in groups.SelectMany(static g => g.Parts))
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

    private async Task<SpillTable> MergeAsync(List<SpilledGroup> groups, SpillFolder folder, CancellationToken cancellationToken)
    {
        var table = labels.Rows.Schema;
        string[] kept = [.. labels.Keep ?? table.FieldsList.Select(static f => f.Name)];
        string[] read = [.. kept.Union(service.RequestInputs.Append(labels.TimeColumn), StringComparer.Ordinal)];
        var fields = new FeatureFields(service);
        var byName = groups.SelectMany(static g => g.Parts[0].Schema.FieldsList).Concat(fields.Fields[^service.OnDemand.Length..]).ToDictionary(static f => f.Name, StringComparer.Ordinal);
        var schema = new Schema([.. kept.Select(n => Plain(table.GetFieldByName(n))), .. service.FeatureNames.Select(n => byName[n])], fields.Metadata(table));
        var writer = new SpillWriter(folder, "result.arrow", schema);
        await using (writer.ConfigureAwait(false))
        {
            groups.ForEach(g => g.Open(cancellationToken));
            try
            {
                var reader = new ColumnReader(labels.Rows.Describe());
                var at = 0;
                await foreach (var batch in labels.Rows.ReadAsync(read, cancellationToken).ConfigureAwait(false))
                {
                    using (batch)
                    {
                        reader.Next(batch);
                        var columns = new Dictionary<string, IArrowArray>(StringComparer.Ordinal);
                        foreach (var group in groups)
                        {
                            await group.TakeAsync(at, batch.Length, columns).ConfigureAwait(false);
                        }

                        OnDemand(batch, reader, fields, columns);
                        using var joined = new RecordBatch(schema, [.. kept.Select(n => Plain(batch.Column(n))), .. service.FeatureNames.Select(n => columns[n])], batch.Length);
                        await writer.WriteAsync(joined, cancellationToken).ConfigureAwait(false);
                        at += batch.Length;
                    }
                }
            }
            finally
            {
                foreach (var group in groups)
                {
                    await group.CloseAsync().ConfigureAwait(false);
                }
            }

            return await writer.FinishAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private void OnDemand(RecordBatch batch, ColumnReader reader, FeatureFields fields, Dictionary<string, IArrowArray> columns)
    {
        if (service.OnDemand.IsEmpty)
        {
            return;
        }

        var computed = fields.Columns(batch.Length, Allocator);
        OnDemandColumns.Compute(service, new OnDemandColumns.Inputs(batch, name => SharedArray.Of(columns[name])), reader, 0, computed.AsSpan()[^service.OnDemand.Length..]);
        foreach (var column in computed[^service.OnDemand.Length..])
        {
            columns.Add(column.Field.Name, column.Share(0, batch.Length));
        }

        System.Array.ForEach(computed, static c => c.Dispose());
    }

    // Dictionaries may differ from batch to batch, which a file cannot hold: they are decoded.
    private static Field Plain(Field field) => field.DataType is DictionaryType ? new Field(field.Name, RowPicker.Result(field.DataType), field.IsNullable, field.Metadata) : field;

    private static IArrowArray Plain(IArrowArray column)
    {
        if (column.Data.DataType is not DictionaryType type)
        {
            return ArrowArrayFactory.BuildArray(column.Data.SliceShared(0, column.Length));
        }

        using var picker = new RowPicker(type, [column]);
        return ArrowArrayFactory.BuildArray(picker.Pick([.. Enumerable.Range(0, column.Length).Select(i => column.IsNull(i) ? -1 : i)]));
    }
}
