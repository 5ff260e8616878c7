using Apache.Arrow;
using Apache.Arrow.Memory;
using Workflow.Data.Partitions;
using Workflow.Data.Tables;
using Workflow.Features.Joins.Spilling;
using Workflow.Features.Offline;
using Workflow.Features.Views;

namespace Workflow.Features.Joins;

/// <summary>Computes features as they could be known at the time of each label row: the offline driver of the aggregates.</summary>
/// <remarks>
/// <para>
/// Output row i belongs to label row i; neither side need be sorted. A row with a null key or a null time gets nulls; a key without
/// events gets the values of an empty window. Tables are held in memory while they are joined, or in files where <see cref="PointInTimeJoinOptions.MemoryLimit"/> says so. Safe for concurrent use.
/// </para>
/// <para>Deterministic: the values do not depend on the order of the events, on the batches of either table, or on the number of workers.</para>
/// </remarks>
public sealed class PointInTimeJoin
{
    private readonly IPartitionRunner? _runner;
    private readonly MemoryAllocator? _allocator;
    private readonly PointInTimeJoinOptions _options;

    /// <summary>Prepares a join.</summary>
    /// <param name="runner">Spreads the keys over workers; null for the calling thread alone. It must run the partitions in this process.</param>
    /// <param name="allocator">Allocates the feature columns; null for Arrow's default.</param>
    /// <param name="options">Null for the defaults. Copied.</param>
    public PointInTimeJoin(IPartitionRunner? runner = null, MemoryAllocator? allocator = null, PointInTimeJoinOptions? options = null) =>
        (_runner, _allocator, _options) = (runner, allocator, (options ?? new PointInTimeJoinOptions()).Copy());

    /// <summary>Adds the service's features to a table of labels or requests.</summary>
    /// <param name="service">What to compute.</param>
    /// <param name="labels">The rows, and the moment at which each row's features are asked for.</param>
    /// <param name="sources">The events by the name of their source; read only.</param>
    /// <param name="cancellationToken">Observed between batches and keys.</param>
    /// <returns>The kept columns of the labels, then the features in the order of <see cref="FeatureService.FeatureNames"/>. The caller disposes it.</returns>
    /// <exception cref="ArgumentException">A source that the service needs is not given; every one is listed.</exception>
    /// <exception cref="SchemaMismatchException">A table lacks a column, has it with another type, or has a column named like a feature; every difference of that table is listed.</exception>
    /// <exception cref="IOException">The join has to spill and there is no room, or no right to.</exception>
    /// <exception cref="InvalidDataException">A value cannot be used, such as a time outside the years 1 to 9999; says which.</exception>
    public async Task<TrainingSet> RunAsync(FeatureService service, LabelTable labels, IReadOnlyDictionary<string, TableSource> sources, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(service);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(sources);
        var missing = service.Views.Select(static v => v.View.Source).Distinct(StringComparer.Ordinal).Where(name => !sources.ContainsKey(name)).ToList();
        if (missing.Count > 0)
        {
            throw new ArgumentException($"Service '{service.Name}' needs the sources {string.Join(", ", missing.Select(static n => $"'{n}'"))}; given are {(sources.Count == 0 ? "none" : string.Join(", ", sources.Keys.Select(static n => $"'{n}'")))}.", nameof(sources));
        }

        using var activity = FeaturesTelemetry.Activities.StartActivity("workflow.features.join");
        activity?.SetTag("workflow.feature_service", service.Name);
        if (_options.MemoryLimit is { } limit && JoinSize.Estimate(service, labels, sources) is var size && size > limit)
        {
            var spilled = new SpilledJoin(service, labels, sources) { Options = _options, Runner = _runner, Allocator = _allocator, Size = size };
            var set = await spilled.RunAsync(cancellationToken).ConfigureAwait(false);
            activity?.SetTag("workflow.rows", set.Table.RowCount);
            return set;
        }

        var joined = await JoinAsync(service, labels, sources, cancellationToken).ConfigureAwait(false);
        activity?.SetTag("workflow.rows", joined.Table.RowCount);
        return joined;
    }

    private async Task<TrainingSet> JoinAsync(FeatureService service, LabelTable labels, IReadOnlyDictionary<string, TableSource> sources, CancellationToken cancellationToken)
    {
        var rows = new LabelRows(service, labels);
        var tables = service.Views.SelectMany(ViewPart.Of).GroupBy(static p => p.View.View.Source)
            .Select(g => (Source: sources[g.Key], Table: new EventTable([.. g], sources[g.Key])))
            .ToList();
        var columns = new Dictionary<string, OutputColumn>(StringComparer.Ordinal);
        var statuses = new Dictionary<string, RowStatuses>(StringComparer.Ordinal);
        try
        {
            await rows.LoadAsync(cancellationToken).ConfigureAwait(false);
            var computed = new FeatureFields(service).Columns(rows.Count, _allocator);
            System.Array.ForEach(computed, c => columns.Add(c.Field.Name, c));
            foreach (var (source, table) in tables)
            {
                await JoinSourceAsync(source, table).ConfigureAwait(false);
                table.Dispose();
            }

            rows.ComputeOnDemand(computed.AsSpan()[^service.OnDemand.Length..], name => columns[name]);
            var result = rows.TakeWith([.. service.FeatureNames.Select(n => columns[n])]);
            return new TrainingSet(service, result, result, statuses);
        }
        catch
        {
            foreach (var column in columns.Values)
            {
                column.Dispose();
            }

            throw;
        }
        finally
        {
            tables.ForEach(static t => t.Table.Dispose());
            rows.Dispose();
        }

        // The keys are numbered as the labels name them, before the events are read.
        async Task JoinSourceAsync(TableSource source, EventTable table)
        {
            var asked = table.Views.Select(events => Queries(events.Keys)).ToList();
            foreach (var newest in table.Newest)
            {
                newest.Ask(Queries(newest.Keys));
            }

            await table.LoadAsync(source, cancellationToken).ConfigureAwait(false);
            foreach (var (events, queries) in table.Views.Zip(asked))
            {
                var view = events.Part.View;
                if (!view.Features.IsEmpty)
                {
                    var output = view.Features.Select(f => (FeatureColumn)columns[view.ColumnOf(f.Name)]).ToArray();
                    await ViewJoin.RunAsync(view, events, queries, output).ConfigureAwait(false);
                }

                if (!view.Latest.IsEmpty)
                {
                    await PickAsync(view, await LatestJoin.RunAsync(events, queries).ConfigureAwait(false), events.Kept).ConfigureAwait(false);
                }
            }

            foreach (var newest in table.Newest)
            {
                await PickAsync(newest.Part.View, await newest.FinishAsync().ConfigureAwait(false), newest.Kept).ConfigureAwait(false);
            }
        }

        async Task PickAsync(ServiceView view, int[] newest, Func<string, EventTable.KeptColumn> kept)
        {
            var found = RowStatuses.Of(newest);
            var batches = new ViewJoin.Queries(rows.Starts, rows.Times, _runner, cancellationToken);
            foreach (var feature in view.Latest)
            {
                var column = kept(feature.Column);
                var field = FeatureFields.Latest(view, feature, RowPicker.Result(column.Type));
                columns.Add(field.Name, await LatestColumn.PickAsync(field, column, newest, batches).ConfigureAwait(false));
                statuses.Add(field.Name, found);
            }
        }

        ViewJoin.Queries Queries(KeyIndex keys) => new(rows.Number(keys), rows.Times, _runner, cancellationToken);
    }
}
