using System.Collections.Concurrent;
using Apache.Arrow.Types;
using Workflow.Data.Partitions;
using Workflow.Data.Storage;
using Workflow.Data.Tables;
using Workflow.Features.Aggregation;
using Workflow.Features.Joins;
using Workflow.Features.Joins.Spilling;
using Workflow.Features.Views;

namespace Workflow.Features.Offline;

/// <summary>Computes features of many rows into files, partition by partition, and again only what has changed.</summary>
/// <remarks>
/// <para>
/// The rows (the spine) and the events are split by a hash of the keys, for each group of views that share an entity and a source. A
/// partition becomes one Parquet file: the keys, the time, the features, and of each column of the newest row its status. Its name is the
/// digest of all that decides it, so it is computed when there is no such file, and only then: the first run computes everything, the next
/// one what has other events, rows or definitions, and one after <c>kill -9</c> what had not been finished.
/// </para>
/// <para>
/// Files appear whole (written beside, flushed, renamed); <see cref="BackfillManifest"/> is replaced last, and only then are files of before
/// deleted: a reader of the manifest finds all of its files. Events of views without keys, or with versions, are one partition.
/// </para>
/// <para>Safe for concurrent use; of two backfills of one folder the second fails.</para>
/// </remarks>
public sealed class FeatureBackfill
{
    private readonly IPartitionRunner _runner;

    /// <summary>Prepares backfills.</summary>
    /// <param name="runner">Spreads the partitions; null for one after the other. It must run them in this process.</param>
    public FeatureBackfill(IPartitionRunner? runner = null) => _runner = runner ?? new LocalPartitionRunner(1);

    /// <summary>Gets or sets what is called between two steps.</summary>
    internal Action<string>? StepReached { get; set; }

    /// <summary>Brings the files of a folder up to date.</summary>
    /// <param name="service">What to compute; its on-demand features are of the request and are left out.</param>
    /// <param name="spine">The rows and their moments; only keys and times are read.</param>
    /// <param name="sources">The events by the name of their source. Everything is read, to see what has changed.</param>
    /// <param name="options">Copied.</param>
    /// <param name="cancellationToken">Observed between batches, keys and partitions; what is finished stays.</param>
    /// <exception cref="ArgumentException">A source that the service needs is not given.</exception>
    /// <exception cref="NotSupportedException">A feature is a list, which Parquet files here cannot hold; every one is listed.</exception>
    /// <exception cref="SchemaMismatchException">A table does not have the columns that the definitions need.</exception>
    /// <exception cref="AggregateException">Some partitions failed; holds every failure. The others are finished, the manifest is the one of before.</exception>
    /// <exception cref="TimeoutException">Another backfill works in the folder; says which process.</exception>
    public async Task<BackfillReport> RunAsync(FeatureService service, LabelTable spine, IReadOnlyDictionary<string, TableSource> sources, FeatureBackfillOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(service);
        ArgumentNullException.ThrowIfNull(spine);
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(options);
        options = options.Copy();
        Require(service, spine, sources);
        using var held = await FileLock.AcquireAsync(Path.Combine(options.Folder, ".lock"), TimeSpan.Zero, cancellationToken: cancellationToken).ConfigureAwait(false);
        DeleteLeftovers(options.Folder);
        var known = await BackfillManifest.ReadAsync(options.Folder, cancellationToken).ConfigureAwait(false);
        using var scratch = new SpillFolder(options.Folder, null);
        var units = new List<BackfillUnit>();
        foreach (var (group, number) in SpilledGroup.Of(service).Select(static (g, i) => (g, i)))
        {
            units.AddRange(await SplitAsync(new Work(service, spine, sources, scratch), group, number, options.Partitions, cancellationToken).ConfigureAwait(false));
        }

        Step("split");
        var parts = new BackfillPart[units.Count];
        var computed = new ConcurrentBag<int>();
        await _runner.RunAsync(units.Count, RunUnitAsync, cancellationToken).ConfigureAwait(false);
        var manifest = new BackfillManifest { Service = service.Name, ServiceDigest = service.Digest, Partitions = options.Partitions, Parts = [.. parts] };
        await AtomicFile.WriteAllBytesAsync(Path.Combine(options.Folder, BackfillManifest.FileName), manifest.ToBytes(), cancellationToken).ConfigureAwait(false);
        Step("manifest");
        DeleteOthers(options.Folder, manifest);
        Step("deleted");
        var made = computed.Distinct().Count();
        return new BackfillReport { Manifest = manifest, Computed = made, Kept = parts.Length - made };

        async Task RunUnitAsync(int unit, CancellationToken token)
        {
            var (part, isComputed) = await units[unit].RunAsync(options.Folder, known, token).ConfigureAwait(false);
            parts[unit] = part;
            if (isComputed)
            {
                computed.Add(unit);
            }

            Step($"part {unit}");
        }
    }

    /// <summary>Puts the features of a folder together in the order of the rows that they were computed for: the training set that <see cref="PointInTimeJoin"/> gives.</summary>
    /// <param name="service">The service of the backfill.</param>
    /// <param name="spine">The rows of the backfill; further columns may be kept.</param>
    /// <param name="options">Copied.</param>
    /// <param name="cancellationToken">Observed between batches.</param>
    /// <returns>A training set in a file of its own, which the caller disposes.</returns>
    /// <exception cref="InvalidDataException">There is no manifest, or it is of another definition, number of partitions or other rows; says what differs.</exception>
    public static async Task<TrainingSet> OpenAsync(FeatureService service, LabelTable spine, FeatureBackfillOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(service);
        ArgumentNullException.ThrowIfNull(spine);
        ArgumentNullException.ThrowIfNull(options);
        options = options.Copy();
        using (new LabelRows(service, spine))
        {
        }

        var manifest = await BackfillManifest.ReadAsync(options.Folder, cancellationToken).ConfigureAwait(false)
            ?? throw new InvalidDataException($"'{options.Folder}' has no {BackfillManifest.FileName}. Run the backfill first.");
        if (manifest.ServiceDigest != service.Digest || manifest.Partitions != options.Partitions)
        {
            throw new InvalidDataException($"'{options.Folder}' holds {manifest.Partitions} partitions of service '{manifest.Service}' {manifest.ServiceDigest}, expected {options.Partitions} of '{service.Name}' {service.Digest}. Run the backfill again.");
        }

        var scratch = new SpillFolder(options.Folder, null);
        try
        {
            var groups = SpilledGroup.Of(service);
            var statuses = new Dictionary<string, RowStatuses>(StringComparer.Ordinal);
            for (var number = 0; number < groups.Count; number++)
            {
                var group = groups[number];
                var partitions = group.CanSplit ? options.Partitions : 1;
                List<byte[]> assigned = [];
                var rows = await SplitTable.RunAsync(
                    spine.Rows,
                    KeptColumns(group.View.Entity, spine),
                    new SplitTable.Target(scratch, group.Name, new KeyPartitions(group.View.Entity, null, partitions), partitions) { Assigned = assigned },
                    cancellationToken).ConfigureAwait(false);
                group.Assigned = [.. assigned.SelectMany(static a => a)];
                foreach (var (part, shard) in manifest.Parts.Where(p => p.Group == number).Zip(rows))
                {
                    if (await TableDigest.ComputeAsync(shard, cancellationToken: cancellationToken).ConfigureAwait(false) is var digest && digest != part.Spine)
                    {
                        throw new InvalidDataException($"'{options.Folder}' was computed for other rows: partition {part.Partition} of {string.Join(", ", group.Views.Select(static v => $"'{v.View.Name}'"))} has the keys and times {part.Spine}, the rows given {digest}. Give the rows of the backfill, or run it again.");
                    }

                    await BackfillUnit.OpenAsync(Path.Combine(options.Folder, part.File), group, cancellationToken).ConfigureAwait(false);
                }

                group.MergeStatuses(statuses);
            }

            return new TrainingSet(service, await new PartMerge(service, spine, null).RunAsync(groups, scratch, cancellationToken).ConfigureAwait(false), scratch, statuses);
        }
        catch
        {
            scratch.Dispose();
            throw;
        }
    }

    private static async Task<List<BackfillUnit>> SplitAsync(Work work, SpilledGroup group, int number, int wanted, CancellationToken cancellationToken)
    {
        var entity = group.View.Entity;
        var partitions = group.CanSplit ? wanted : 1;
        var required = new ColumnRequirements();
        foreach (var view in group.Views)
        {
            ColumnRequirements.OfSource(view.View, required);
        }

        var kept = KeptColumns(entity, work.Spine);
        var rows = await SplitTable.RunAsync(work.Spine.Rows, kept, new SplitTable.Target(work.Scratch, $"{group.Name}-rows", new KeyPartitions(entity, null, partitions), partitions), cancellationToken).ConfigureAwait(false);
        var events = await SplitTable.RunAsync(work.Sources[group.View.Source], required.Names, new SplitTable.Target(work.Scratch, $"{group.Name}-events", new KeyPartitions(entity, group.View, partitions), partitions), cancellationToken).ConfigureAwait(false);
        var part = new FeatureService(work.Service.Name, [.. group.Views], []);
        return
        [
            .. Enumerable.Range(0, partitions).Select(p => new BackfillUnit(group, part, new LabelTable(rows[p], work.Spine.TimeColumn) { Keep = kept }, events[p])
            {
                Group = number,
                Partition = p,
                Partitions = partitions,
            }),
        ];
    }

    private static string[] KeptColumns(Entity entity, LabelTable spine) => [.. entity.Keys.Select(static k => k.Name).Append(spine.TimeColumn).Distinct(StringComparer.Ordinal)];

    // Everything that can be wrong with definitions and schemas is found before anything is written.
    private static void Require(FeatureService service, LabelTable spine, IReadOnlyDictionary<string, TableSource> sources)
    {
        PointInTimeJoin.RequireSources(service, sources);
        using (new LabelRows(service, spine with { Keep = [spine.TimeColumn] }))
        {
            foreach (var parts in service.Views.SelectMany(ViewPart.Of).GroupBy(static p => p.View.View.Source))
            {
                using var table = new EventTable([.. parts], sources[parts.Key]);
            }
        }

        var lists = service.Views.SelectMany(v => v.Features.Where(static f => f.Aggregate.Kind is FeatureValueKind.Float64List or FeatureValueKind.Int64List).Select(f => v.ColumnOf(f.Name))
            .Concat(v.Latest.Where(f => v.View.Formula(f.Column) is null && sources[v.View.Source].Schema.GetFieldByName(f.Column).DataType is ListType).Select(f => v.ColumnOf(f.Name)))).ToList();
        if (lists.Count > 0)
        {
            throw new NotSupportedException($"A backfill writes Parquet files, which cannot hold lists here: {string.Join(", ", lists.Select(static l => $"'{l}'"))}. Leave these out of the service, or join them when they are needed.");
        }
    }

    private static void DeleteLeftovers(string folder)
    {
        foreach (var left in Directory.EnumerateDirectories(folder, "workflow-join-*"))
        {
            Directory.Delete(left, recursive: true);
        }
    }

    private static void DeleteOthers(string folder, BackfillManifest manifest)
    {
        var named = manifest.Parts.Select(static p => Path.GetFileName(p.File)).ToHashSet(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(folder, "parts")))
        {
            if (!named.Contains(Path.GetFileName(file)))
            {
                File.Delete(file);
            }
        }
    }

    private void Step(string name) => StepReached?.Invoke(name);

    private sealed record Work(FeatureService Service, LabelTable Spine, IReadOnlyDictionary<string, TableSource> Sources, SpillFolder Scratch);
}
