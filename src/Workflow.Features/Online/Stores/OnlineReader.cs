using System.Collections.Immutable;
using Apache.Arrow;
using Workflow.Data.Tables;
using Workflow.Features.Aggregation;
using Workflow.Features.Joins;
using Workflow.Features.Views;

namespace Workflow.Features.Online.Stores;

/// <summary>Reads a service's features of many entities from an online store, as of a query time.</summary>
/// <remarks>
/// <para>
/// The rules are the offline join's: a row counts if its event and its availability lie before the query, and if it is not older than
/// its view's time to live. The store keeps the newest row only: where that row does not count yet, the status is
/// <see cref="FeatureStatus.NotFound"/>, never an older value. Windowed aggregates are as of the moment of their event time.
/// </para>
/// <para>Safe for concurrent use.</para>
/// </remarks>
public sealed class OnlineReader
{
    private readonly IOnlineStore _store;
    private readonly OnlineReaderOptions _options;
    private readonly ColumnRequirements _required = new();
    private readonly FeatureFields _fields;
    private Prepared? _prepared;

    /// <summary>Prepares the reading of a service.</summary>
    /// <param name="store">Where its views were materialised. Not disposed.</param>
    /// <param name="service">The features.</param>
    /// <param name="options">How to read; null for the defaults.</param>
    public OnlineReader(IOnlineStore store, FeatureService service, OnlineReaderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(service);
        (_store, Service, _options, _fields) = (store, service, options ?? new OnlineReaderOptions(), new FeatureFields(service));
        foreach (var view in service.Views)
        {
            _required.Keys(view.View.Entity);
        }

        _required.Numbers(service.RequestInputs);
    }

    /// <summary>Gets the service.</summary>
    public FeatureService Service { get; }

    /// <summary>Reads.</summary>
    /// <param name="requests">One row an entity: the key columns of the service's entities, and what on-demand features read. Borrowed; the answer shares its memory.</param>
    /// <param name="at">The query time, to the microsecond.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>One row an entity in the same order, which the caller disposes.</returns>
    /// <exception cref="SchemaMismatchException">A column is missing or of another type, for example "1001" for 1001; every difference is listed.</exception>
    /// <exception cref="OnlineStoreException">The store cannot be reached, knows nothing of a view, or was written by another definition of it.</exception>
    public async ValueTask<OnlineAnswer> ReadAsync(RecordBatch requests, DateTimeOffset at, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        _required.Check(requests.Schema, $"requests of feature service '{Service.Name}'");
        var prepared = _prepared ?? await PrepareAsync(cancellationToken).ConfigureAwait(false);
        var query = new OnlineQuery { Plan = prepared.Plan, Keys = requests, AtMicroseconds = FeatureTime.Microseconds(at), Deadline = _options.Deadline };
        var sets = await _store.ReadAsync(query, cancellationToken).ConfigureAwait(false);
        return Answer(prepared, requests, at, sets);
    }

    private async ValueTask<Prepared> PrepareAsync(CancellationToken cancellationToken)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < Service.FeatureNames.Length; i++)
        {
            places.Add(Service.FeatureNames[i], i);
        }

        var tables = ImmutableArray.CreateBuilder<OnlineTableRead>();
        var columns = new List<int[]>();
        var fields = new Field[Service.FeatureNames.Length];
        foreach (var view in Service.Views)
        {
            foreach (var table in OnlineTable.Of(view.View))
            {
                ImmutableArray<string> wanted = [.. table.Features.Intersect(view.Names, StringComparer.Ordinal)];
                if (wanted.IsEmpty)
                {
                    continue;
                }

                var state = OnlineDefinition.Require(table, await _store.FindAsync(table, cancellationToken).ConfigureAwait(false));
                var stored = wanted.Select(name => state.Schema.GetFieldByName(name)).ToArray();
                columns.Add([.. wanted.Select(name => places[view.ColumnOf(name)])]);
                for (var f = 0; f < stored.Length; f++)
                {
                    fields[columns[^1][f]] = FeatureFields.Latest(view, view.View.Latest.FirstOrDefault(l => l.Name == wanted[f]) ?? new LatestFeature(wanted[f], wanted[f]), stored[f].DataType);
                }

                tables.Add(new OnlineTableRead(table, wanted, new Schema(stored, null)));
            }
        }

        for (var i = 0; i < Service.OnDemand.Length; i++)
        {
            fields[^(Service.OnDemand.Length - i)] = _fields.Fields[^(Service.OnDemand.Length - i)];
        }

        return _prepared = new Prepared(new OnlinePlan(tables.ToImmutable()), [.. columns], new Schema(fields, _fields.Metadata()));
    }

    private OnlineAnswer Answer(Prepared prepared, RecordBatch requests, DateTimeOffset at, ImmutableArray<OnlineRowSet> sets)
    {
        var (rows, width) = (requests.Length, Service.FeatureNames.Length);
        var arrays = new IArrowArray[width];
        var statuses = new FeatureStatus[rows * width];
        var times = new long[rows * width];
        times.AsSpan().Fill(long.MinValue);
        for (var s = 0; s < sets.Length; s++)
        {
            var columns = prepared.Columns[s];
            var from = sets[s].Statuses.Span;
            var eventTimes = sets[s].EventMicroseconds.Span;
            for (var f = 0; f < columns.Length; f++)
            {
                arrays[columns[f]] = sets[s].Values[f];
                for (var row = 0; row < rows; row++)
                {
                    statuses[(row * width) + columns[f]] = from[(row * columns.Length) + f];
                    times[(row * width) + columns[f]] = eventTimes[row];
                }
            }
        }

        if (!Service.OnDemand.IsEmpty)
        {
            OnDemand(requests, arrays, statuses);
        }

        var moments = new long[rows];
        System.Array.Fill(moments, FeatureTime.Microseconds(at));
        return new OnlineAnswer(Service, OnlineAnswer.Share(requests), new RecordBatch(prepared.Schema, arrays, rows), new OnlineAnswer.Cells(statuses, times, moments));
    }

    private void OnDemand(RecordBatch requests, IArrowArray[] arrays, FeatureStatus[] statuses)
    {
        var reader = new ColumnReader($"requests of feature service '{Service.Name}'");
        reader.Next(requests);
        var first = arrays.Length - Service.OnDemand.Length;
        FeatureColumn[] columns = [.. Service.OnDemand.Select((_, i) => new FeatureColumn(_fields.Fields[^(Service.OnDemand.Length - i)], FeatureValueKind.Float64, requests.Length))];
        OnDemandColumns.Compute(Service, new OnDemandColumns.Inputs(requests, name => SharedArray.Of(arrays[Service.FeatureNames.IndexOf(name)])), reader, 0, columns);
        for (var i = 0; i < columns.Length; i++)
        {
            // What was not answered in time is unknown, not null: no formula may make a value of it.
            int[] read = [.. Service.OnDemand[i].Formula.Columns.Select(c => Service.FeatureNames.IndexOf(c)).Where(c => c >= 0 && c < first)];
            var isUnknown = Enumerable.Range(0, requests.Length).Select(row => System.Array.Exists(read, c => statuses[(row * arrays.Length) + c] == FeatureStatus.NotAnswered)).ToArray();
            for (var row = 0; row < isUnknown.Length; row++)
            {
                if (isUnknown[row])
                {
                    OnDemandColumns.Forget(columns[i], row);
                }
            }

            arrays[first + i] = columns[i].Share(0, requests.Length);
            columns[i].Dispose();
            for (var row = 0; row < requests.Length; row++)
            {
                statuses[(row * arrays.Length) + first + i] = isUnknown[row] ? FeatureStatus.NotAnswered : arrays[first + i].IsNull(row) ? FeatureStatus.NullValue : FeatureStatus.Present;
            }
        }

        GC.KeepAlive(requests);
    }

    private sealed record Prepared(OnlinePlan Plan, ImmutableArray<int[]> Columns, Schema Schema);
}
