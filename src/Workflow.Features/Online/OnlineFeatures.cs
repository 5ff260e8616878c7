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
/// it is available: it waits. Reads of a key in ascending time cost O(1) an event and aggregate for what is invertible or forgets; other
/// aggregates, and reads that go back in time, cost the key's events in the longest window.
/// </para>
/// <para>
/// Where a view has an event id, rows of one id are versions of one event, in whatever order they come: an event that is ingested twice
/// counts once. Without one, it counts twice. Safe for concurrent use; calls run one at a time.
/// </para>
/// </remarks>
public sealed class OnlineFeatures
{
    private readonly Lock _lock = new();
    private readonly OnlineView[] _views;
    private readonly OnlineAnswers _answers;
    private long _horizon = long.MinValue;
    private long _late;

    /// <summary>Starts without any event.</summary>
    /// <param name="service">The features to keep.</param>
    public OnlineFeatures(FeatureService service)
        : this(service, OnlineStates.FewEvents)
    {
    }

    internal OnlineFeatures(FeatureService service, int fewEvents)
    {
        ArgumentNullException.ThrowIfNull(service);
        Service = service;
        _views = [.. service.Views.Select(v => new OnlineView(v, fewEvents))];
        _answers = new OnlineAnswers(service, _views);
    }

    /// <summary>Gets the service whose features these are.</summary>
    public FeatureService Service { get; }

    /// <summary>Gets how many events, counted once a view, came after a read that should have counted them already, or not counted what they replace: that read's values are not the offline ones.</summary>
    public long LateEvents => Interlocked.Read(ref _late);

    /// <summary>Gets how many events are held, counted once a view, each of their versions too.</summary>
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
            System.Array.ForEach(views, v => v.Prepare(events, reader));
            foreach (var view in views)
            {
                _late += view.Ingest(events);
            }
        }

        GC.KeepAlive(events);
        return ValueTask.CompletedTask;
    }

    /// <summary>Gives the features of each request as of its time, as a batch alone.</summary>
    /// <param name="requests">Has the key columns, the time column, and what on-demand features read. Borrowed.</param>
    /// <param name="timeColumn">A timestamp: the moment of each read, in any order, not before the last <see cref="Advance"/>.</param>
    /// <param name="cancellationToken">Observed before anything is computed.</param>
    /// <returns>One row a request in the same order, one column a feature in the order of the service. The caller disposes it.</returns>
    /// <exception cref="SchemaMismatchException">A column is missing or of another type; every difference is listed.</exception>
    /// <exception cref="ArgumentException">A read lies before the last <see cref="Advance"/>.</exception>
    public async ValueTask<RecordBatch> ReadAsync(RecordBatch requests, string timeColumn, CancellationToken cancellationToken = default) =>
        (await AnswerAsync(requests, timeColumn, cancellationToken).ConfigureAwait(false)).Batch;

    /// <summary>Gives the features of each request as of its time, with the status of every value.</summary>
    /// <param name="requests">Has the key columns, the time column, and what on-demand features read. Borrowed.</param>
    /// <param name="timeColumn">A timestamp: the moment of each read, in any order, not before the last <see cref="Advance"/>.</param>
    /// <param name="cancellationToken">Observed before anything is computed.</param>
    /// <returns>One row a request in the same order. The caller disposes it.</returns>
    /// <exception cref="SchemaMismatchException">A column is missing or of another type; every difference is listed.</exception>
    /// <exception cref="ArgumentException">A read lies before the last <see cref="Advance"/>.</exception>
    public ValueTask<OnlineAnswer> AnswerAsync(RecordBatch requests, string timeColumn, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        ArgumentNullException.ThrowIfNull(timeColumn);
        cancellationToken.ThrowIfCancellationRequested();
        var required = new ColumnRequirements();
        required.Time(timeColumn);
        System.Array.ForEach(_views, v => required.Keys(v.View.Entity));
        required.Numbers(Service.RequestInputs);

        required.Check(requests.Schema, $"requests of feature service '{Service.Name}'");
        var reader = new ColumnReader($"requests of feature service '{Service.Name}'");
        reader.Next(requests);

        // Ascending times slide; others would be computed from the events.
        var rows = requests.Length;
        var times = reader.Times(requests, timeColumn).AsSpan(0, rows);
        var order = Enumerable.Range(0, rows).ToArray();
        var sorted = times.ToArray();
        StableTimeSort.Sort(sorted, order, new long[rows], new int[rows]);
        OnlineAnswer answer;
        lock (_lock)
        {
            if (rows > 0 && sorted[0] < _horizon)
            {
                throw BeforeHorizon(sorted[0], $"row {order[0]}", nameof(requests));
            }

            answer = _answers.Answer(requests, reader, times, order);
        }

        GC.KeepAlive(requests);
        return ValueTask.FromResult(answer);
    }

    /// <summary>Promises that no read will lie before a moment, and lets go of the events that only such reads could need.</summary>
    /// <param name="now">The moment; one before an earlier promise changes nothing.</param>
    /// <remarks>
    /// Visits every key: call it once for many reads, say once an hour of event time. Of events with ids it promises, too, that what was
    /// let go of gets no version out of order: one that was available before those that are forgotten would count as an event of its own.
    /// Views with ids keep every event where they have newest rows or whole histories: what is let go of could not be corrected.
    /// </remarks>
    public void Advance(DateTimeOffset now)
    {
        lock (_lock)
        {
            _horizon = Math.Max(_horizon, FeatureTime.Microseconds(now));
            System.Array.ForEach(_views, v => v.Advance(_horizon));
        }
    }

    private ArgumentException BeforeHorizon(long time, string which, string parameter) => new(
        $"Expected reads at or after {FeatureTime.ToDateTime(_horizon):O}, to which this store was advanced; {which} asks for {FeatureTime.ToDateTime(time):O}.", parameter);
}
