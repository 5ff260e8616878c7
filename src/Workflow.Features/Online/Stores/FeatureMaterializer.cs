using System.Collections.Immutable;
using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Data.Partitions;
using Workflow.Data.Tables;
using Workflow.Features.Joins;
using Workflow.Features.Offline;
using Workflow.Features.Views;

namespace Workflow.Features.Online.Stores;

/// <summary>Brings the values of views from their sources into an online store.</summary>
/// <remarks>
/// <para>
/// Columns of the newest row: of each key the newest row up to the end, by the rules of the offline join, with its own event time.
/// Windowed aggregates: of each key that has an event, the offline join's value for a query at the end, with the end as event time;
/// between two runs they are as of that moment, and a view's time to live makes them expire.
/// </para>
/// <para>
/// Running again does no harm: rows that are not newer are skipped. A run that was cut off is run again; the watermark, which is kept
/// in the store, moves only when everything was written. Sources are read twice, and their rows are not held in memory, except for
/// windows. Safe for concurrent use.
/// </para>
/// </remarks>
public sealed class FeatureMaterializer
{
    private readonly IOnlineStore _store;
    private readonly PointInTimeJoin _join;

    /// <summary>Prepares materialising into a store.</summary>
    /// <param name="store">The store; not disposed.</param>
    /// <param name="runner">Spreads the work of windows; null for the calling thread alone.</param>
    public FeatureMaterializer(IOnlineStore store, IPartitionRunner? runner = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        (_store, _join) = (store, new PointInTimeJoin(runner));
    }

    /// <summary>Runs an order.</summary>
    /// <param name="order">What, and as of when.</param>
    /// <param name="sources">The events by the name of their source.</param>
    /// <param name="cancellationToken">Observed between batches; what was written stays, the watermark does not move.</param>
    /// <returns>One entry a table, in the order of the views.</returns>
    /// <exception cref="ArgumentException">A source is not given, or the order contradicts itself; nothing is written.</exception>
    /// <exception cref="SchemaMismatchException">A source lacks columns; every difference of it is listed.</exception>
    /// <exception cref="OnlineStoreException">The store cannot be reached, holds another definition, or cannot keep a view: columns of the newest row of events with versions.</exception>
    public async Task<ImmutableArray<MaterializedTable>> RunAsync(MaterializationOrder order, IReadOnlyDictionary<string, TableSource> sources, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(order);
        ArgumentNullException.ThrowIfNull(sources);
        Check(order, sources);
        using var activity = FeaturesTelemetry.Activities.StartActivity("workflow.features.materialize");
        var tables = order.Views.SelectMany(static v => OnlineTable.Of(v)).Select(t => (Table: t, Batches: new WinnerBatches(t, sources[t.View.Source]))).ToList();
        var states = new List<OnlineTableState>();

        // Every table is checked before the first is written.
        foreach (var (table, batches) in tables)
        {
            var schema = table.HoldsWindows ? WindowSchema(table) : batches.Schema;
            var state = await _store.FindAsync(table, cancellationToken).ConfigureAwait(false);
            states.Add(state is not null && !order.ReplacesDefinition ? OnlineDefinition.Require(table, state, schema) : IsSame(table, state, schema) ? state! : new OnlineTableState { Digest = table.Digest, Schema = schema });
        }

        var done = ImmutableArray.CreateBuilder<MaterializedTable>();
        var written = 0L;
        for (var i = 0; i < tables.Count; i++)
        {
            var (table, batches) = tables[i];
            await _store.SaveAsync(table, states[i], cancellationToken).ConfigureAwait(false);
            done.Add(await RunAsync(order, (table, batches, states[i].MaterializedTo), sources, cancellationToken).ConfigureAwait(false));
            var to = states[i].MaterializedTo is { } before && before > order.End ? before : order.End;
            await _store.SaveAsync(table, states[i] with { MaterializedTo = to }, cancellationToken).ConfigureAwait(false);
            written += done[^1].Rows.Written;
        }

        activity?.SetTag("workflow.rows", written);
        return done.ToImmutable();
    }

    private static void Check(MaterializationOrder order, IReadOnlyDictionary<string, TableSource> sources)
    {
        if (order.Start > order.End)
        {
            throw new ArgumentException($"Expected a start at or before the end, got {order.Start:O} after {order.End:O}.", nameof(order));
        }

        if (order.IsIncremental && order.Start is not null)
        {
            throw new ArgumentException($"An incremental run begins where the last one ended; leave out the start {order.Start:O}, or run in full.", nameof(order));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(order.RescanHorizon, TimeSpan.Zero, nameof(order));
        var missing = order.Views.Select(static v => v.Source).Distinct(StringComparer.Ordinal).Where(name => !sources.ContainsKey(name)).ToList();
        if (missing.Count > 0)
        {
            throw new ArgumentException($"The views need the sources {string.Join(", ", missing.Select(static n => $"'{n}'"))}; given are {(sources.Count == 0 ? "none" : string.Join(", ", sources.Keys.Select(static n => $"'{n}'")))}.", nameof(sources));
        }

        var versioned = order.Views.Where(static v => !v.EventId.IsEmpty && !v.Latest.IsEmpty).Select(static v => $"'{v.Name}'").ToList();
        if (versioned.Count > 0)
        {
            throw new OnlineStoreException(OnlineStoreFault.Unsupported, $"Columns of the newest row cannot be materialised for {string.Join(", ", versioned)}, whose events have versions: where a newer event is deleted an older one would have to win, and in a store the newest wins. Serve them from OnlineFeatures, or define a view without an event id.");
        }

        foreach (var view in order.Views)
        {
            var required = new ColumnRequirements();
            ColumnRequirements.OfSource(view, required);
            required.Check(sources[view.Source].Schema, $"feature view '{view.Name}' over {sources[view.Source].Describe()}");
        }
    }

    private static bool IsSame(OnlineTable table, OnlineTableState? state, Schema schema) => state is not null && state.Digest == table.Digest
        && state.Schema.FieldsList.Select(Describe).SequenceEqual(schema.FieldsList.Select(Describe), StringComparer.Ordinal);

    private static string Describe(Field field) => $"{field.Name} {TableSchema.Describe(field.DataType)}";

    private static Schema WindowSchema(OnlineTable table)
    {
        var service = FeatureService.Define("materialize").View(table.View, [.. table.Features]).Build();
        return new Schema([.. new FeatureFields(service).Fields.Select((f, i) => new Field(table.Features[i], f.DataType, nullable: true))], null);
    }

    private async Task<MaterializedTable> RunAsync(MaterializationOrder order, (OnlineTable Table, WinnerBatches Batches, DateTimeOffset? Last) of, IReadOnlyDictionary<string, TableSource> sources, CancellationToken cancellationToken)
    {
        var (table, batches, last) = of;
        var isSince = order.IsIncremental && last is not null && !table.HoldsWindows;
        var from = table.HoldsWindows ? null : isSince ? last!.Value > DateTimeOffset.MinValue + order.RescanHorizon ? last - order.RescanHorizon : null : order.Start;
        var end = FeatureTime.Microseconds(order.End);
        var newest = new NewestRows(table, end) { Start = from is { } start ? FeatureTime.Microseconds(start) : long.MinValue, TakesLate = isSince };
        var required = new ColumnRequirements();
        ColumnRequirements.OfSource(table.View, required);
        var source = sources[table.View.Source];
        await newest.ScanAsync(source, required.Names, cancellationToken).ConfigureAwait(false);
        var rows = table.HoldsWindows
            ? await WriteWindowsAsync(table, batches.ReadAsync(newest, required.Names, cancellationToken), (end, sources), cancellationToken).ConfigureAwait(false)
            : await WriteNewestAsync(table, batches.ReadAsync(newest, required.Names, cancellationToken), cancellationToken).ConfigureAwait(false);
        return new MaterializedTable(table.View.Name, table.Name, from, order.End, rows);
    }

    private async Task<OnlineWriteResult> WriteNewestAsync(OnlineTable table, IAsyncEnumerable<WinnerBatches.Picked> batches, CancellationToken cancellationToken)
    {
        var rows = default(OnlineWriteResult);
        await foreach (var picked in batches.ConfigureAwait(false))
        {
            using (picked)
            {
                rows += await _store.WriteAsync(new OnlineRows(table, picked.Keys, picked.Values, new OnlineTimes(picked.Times, picked.Ranks)), cancellationToken).ConfigureAwait(false);
            }
        }

        return rows;
    }

    // One query a key, all at the end: the offline join itself.
    private async Task<OnlineWriteResult> WriteWindowsAsync(OnlineTable table, IAsyncEnumerable<WinnerBatches.Picked> batches, (long End, IReadOnlyDictionary<string, TableSource> Sources) of, CancellationToken cancellationToken)
    {
        var keyNames = table.View.Entity.Keys.Select(static k => k.Name).ToList();
        var timeColumn = "at" + string.Concat(keyNames.Select(static n => "_" + n));
        var queries = new List<RecordBatch>();
        await foreach (var picked in batches.ConfigureAwait(false))
        {
            picked.Values.Dispose();
            queries.Add(AsOf(picked.Keys, timeColumn, of.End));
        }

        if (queries.Count == 0)
        {
            return default;
        }

        using var labels = new BatchTable(queries[0].Schema, queries);
        var service = FeatureService.Define("materialize").View(table.View, [.. table.Features]).Build();
        using var set = await _join.RunAsync(service, new LabelTable(labels, timeColumn) { Keep = keyNames }, of.Sources, cancellationToken).ConfigureAwait(false);
        var (rows, schema) = (default(OnlineWriteResult), WindowSchema(table));
        var keySchema = new Schema([.. queries[0].Schema.FieldsList.Take(keyNames.Count)], null);
        await foreach (var batch in set.Table.ReadAsync(null, cancellationToken).ConfigureAwait(false))
        {
            using (batch)
            {
                var columns = Enumerable.Range(0, batch.ColumnCount).Select(batch.Column).ToList();
                var keys = new RecordBatch(keySchema, columns.Take(keyNames.Count), batch.Length);
                var values = new RecordBatch(schema, columns.Skip(keyNames.Count), batch.Length);
                var moments = Enumerable.Repeat(of.End, batch.Length).ToArray();
                rows += await _store.WriteAsync(new OnlineRows(table, keys, values, new OnlineTimes(moments, moments)), cancellationToken).ConfigureAwait(false);
            }
        }

        return rows;
    }

    private static RecordBatch AsOf(RecordBatch keys, string timeColumn, long end)
    {
        var times = new TimestampArray(new TimestampType(TimeUnit.Microsecond, "UTC"), new ArrowBuffer.Builder<long>(keys.Length).AppendRange(Enumerable.Repeat(end, keys.Length)).Build(), ArrowBuffer.Empty, keys.Length, 0, 0);
        return new RecordBatch(
            new Schema([.. keys.Schema.FieldsList, new Field(timeColumn, times.Data.DataType, nullable: false)], null),
            [.. Enumerable.Range(0, keys.ColumnCount).Select(keys.Column), times],
            keys.Length);
    }
}
