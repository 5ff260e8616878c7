using Apache.Arrow;
using Workflow.Data.Tables;
using Workflow.Features.Joins;
using Workflow.Features.Views;

namespace Workflow.Features.Online;

/// <summary>A service's features as of now, kept in memory from events as they come: the online driver of the aggregates.</summary>
/// <remarks>
/// <para>
/// A read gives the bits that <see cref="PointInTimeJoin"/> gives for the same events, provided that every event came before the first
/// read at or after the moment from which it counts; <see cref="LateEvents"/> says how many did not. An event may be ingested before
/// it is available: it waits. Reads of a key in ascending time cost O(1) an event and feature for what is invertible; min, max and
/// reads that go back in time cost the key's retained events.
/// </para>
/// <para>An event that is ingested twice counts twice. Nothing is written to disk. Safe for concurrent use; calls run one at a time.</para>
/// </remarks>
public sealed class OnlineFeatures
{
    private readonly Lock _lock = new();
    private readonly OnlineView[] _views;
    private readonly FeatureFields _fields;
    private readonly Schema _schema;
    private long _horizon = long.MinValue;
    private long _late;

    /// <summary>Starts without any event.</summary>
    /// <param name="service">The features to keep.</param>
    /// <exception cref="NotSupportedException">The service has columns of the newest row or features with a condition, which are computed offline only.</exception>
    public OnlineFeatures(FeatureService service)
    {
        ArgumentNullException.ThrowIfNull(service);
        var offline = service.Views.SelectMany(static v => v.Latest.Select(f => v.ColumnOf(f.Name)).Concat(v.Features.Where(f => f.Where is not null || v.View.Filter is not null).Select(f => v.ColumnOf(f.Name)))).ToList();
        if (offline.Count > 0)
        {
            throw new NotSupportedException($"Service '{service.Name}' cannot be served from memory: columns of the newest row and features with a condition are computed offline only, which are {string.Join(", ", offline)}.");
        }

        Service = service;
        _views = [.. service.Views.Select(static v => new OnlineView(v))];
        _fields = new FeatureFields(service);
        _schema = new Schema(_fields.Fields, _fields.Metadata());
    }

    /// <summary>Gets the service whose features these are.</summary>
    public FeatureService Service { get; }

    /// <summary>Gets how many events, counted once a view, came after a read that should have counted them already: that read's values are not the offline ones.</summary>
    public long LateEvents => Interlocked.Read(ref _late);

    /// <summary>Gets how many events are held, counted once a view.</summary>
    public long RetainedEvents
    {
        get
        {
            lock (_lock)
            {
                return _views.Sum(static v => (long)v.RetainedEvents);
            }
        }
    }

    /// <summary>Takes events in.</summary>
    /// <param name="source">The name of their source: every view of it takes them.</param>
    /// <param name="events">Has the columns that the views need. Borrowed; nothing of it is kept.</param>
    /// <param name="cancellationToken">Observed before anything is taken in.</param>
    /// <exception cref="ArgumentException">No view has that source.</exception>
    /// <exception cref="SchemaMismatchException">A column is missing or of another type; every difference is listed and nothing is taken in.</exception>
    public ValueTask IngestAsync(string source, RecordBatch events, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(events);
        cancellationToken.ThrowIfCancellationRequested();
        var views = System.Array.FindAll(_views, v => v.View.Source == source);
        if (views.Length == 0)
        {
            throw new ArgumentException($"No view of service '{Service.Name}' has the source '{source}'; they have {string.Join(", ", _views.Select(static v => $"'{v.View.Source}'").Distinct(StringComparer.Ordinal))}.", nameof(source));
        }

        var required = new ColumnRequirements();
        System.Array.ForEach(views, v => ColumnRequirements.OfSource(v.View, required));
        required.Check(events.Schema, $"events of source '{source}'");
        var reader = new ColumnReader($"events of source '{source}'");
        reader.Next(events);
        lock (_lock)
        {
            // Everything that can be refused is read before the first view takes anything in.
            System.Array.ForEach(views, v => v.Validate(events, reader));
            foreach (var view in views)
            {
                _late += view.Ingest(events, reader);
            }
        }

        GC.KeepAlive(events);
        return ValueTask.CompletedTask;
    }

    /// <summary>Gives the features of each request as of its time.</summary>
    /// <param name="requests">Has the key columns, the time column, and what on-demand features read. Borrowed.</param>
    /// <param name="timeColumn">A timestamp: the moment of each read, in any order, not before the last <see cref="Advance"/>.</param>
    /// <param name="cancellationToken">Observed before anything is computed.</param>
    /// <returns>One row a request in the same order, one column a feature in the order of the service. The caller disposes it.</returns>
    /// <exception cref="SchemaMismatchException">A column is missing or of another type; every difference is listed.</exception>
    /// <exception cref="ArgumentException">A read lies before the last <see cref="Advance"/>.</exception>
    public ValueTask<RecordBatch> ReadAsync(RecordBatch requests, string timeColumn, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        ArgumentNullException.ThrowIfNull(timeColumn);
        cancellationToken.ThrowIfCancellationRequested();
        var required = new ColumnRequirements();
        required.Time(timeColumn);
        System.Array.ForEach(_views, v => required.Keys(v.View.Entity));
        foreach (var feature in Service.OnDemand)
        {
            required.Numbers(feature.Formula.Columns);
        }

        required.Check(requests.Schema, $"requests of feature service '{Service.Name}'");
        var reader = new ColumnReader($"requests of feature service '{Service.Name}'");
        reader.Next(requests);
        var columns = _fields.Columns(requests.Length, null);
        try
        {
            OnDemandColumns.Compute(Service, requests, reader, 0, columns.AsSpan()[^Service.OnDemand.Length..]);
            Read(requests, reader.Times(requests, timeColumn).AsSpan(0, requests.Length), columns);
            return ValueTask.FromResult(new RecordBatch(_schema, [.. columns.Select(c => c.Share(0, requests.Length))], requests.Length));
        }
        finally
        {
            System.Array.ForEach(columns, static c => c.Dispose());
            GC.KeepAlive(requests);
        }
    }

    /// <summary>Promises that no read will lie before a moment, and lets go of the events that only such reads could need.</summary>
    /// <param name="now">The moment; one before an earlier promise changes nothing.</param>
    /// <remarks>Visits every key: call it once for many reads, say once an hour of event time.</remarks>
    public void Advance(DateTimeOffset now)
    {
        lock (_lock)
        {
            _horizon = Math.Max(_horizon, FeatureTime.Microseconds(now));
            System.Array.ForEach(_views, v => v.Advance(_horizon));
        }
    }

    private void Read(RecordBatch requests, ReadOnlySpan<long> times, FeatureColumn[] columns)
    {
        // Ascending times slide; others would be computed from the events.
        var rows = times.Length;
        var order = new int[rows];
        for (var row = 0; row < rows; row++)
        {
            order[row] = row;
        }

        var sorted = times.ToArray();
        StableTimeSort.Sort(sorted, order, new long[rows], new int[rows]);
        lock (_lock)
        {
            if (rows > 0 && sorted[0] < _horizon)
            {
                throw new ArgumentException($"Expected reads at or after {FeatureTime.ToDateTime(_horizon):O}, to which this store was advanced; row {order[0]} asks for {FeatureTime.ToDateTime(sorted[0]):O}.", nameof(requests));
            }

            var first = 0;
            var numbers = new int[rows];
            foreach (var view in _views)
            {
                view.Number(requests, numbers);
                var output = columns.AsMemory(first, view.FeatureCount);
                foreach (var row in order)
                {
                    if (numbers[row] != KeyIndex.Null && times[row] != FeatureTime.Never)
                    {
                        view.Read(numbers[row], times[row], (output, row));
                    }
                }

                first += view.FeatureCount;
            }
        }
    }
}
