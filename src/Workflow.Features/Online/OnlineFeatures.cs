using Apache.Arrow;
using Workflow.Data.Tables;
using Workflow.Features.Aggregation;
using Workflow.Features.Joins;
using Workflow.Features.Streaming;
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
/// counts once. Without one, it counts twice. Safe for concurrent use; calls run one at a time, but reads do not wait for the disk.
/// </para>
/// <para>
/// Made by the constructor it lives in memory alone; opened by <see cref="OpenAsync"/>, on disk too: when <see cref="IngestAsync"/>
/// returns, the batch is in the journal, and neither a killed process nor, with the default options, a power cut loses or doubles it.
/// </para>
/// </remarks>
public sealed class OnlineFeatures : IAsyncDisposable
{
    private readonly SemaphoreSlim _ingesting = new(1);
    private readonly SortedDictionary<string, string> _positions = new(StringComparer.Ordinal);
    private readonly MemoryStream _frame = new();
    private OnlineStorageOptions? _options;
    private StoreFolder? _folder;
    private TimeProvider _clock = TimeProvider.System;
    private long _flushed;
    private bool _isClosed;

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

    /// <summary>Gets where each stream stands that <see cref="IngestAtAsync"/> named: a host goes on from there. A copy.</summary>
    public IReadOnlyDictionary<string, string> Positions
    {
        get
        {
            lock (_lock)
            {
                return new SortedDictionary<string, string>(_positions, StringComparer.Ordinal);
            }
        }
    }

    /// <summary>Gets why the last snapshot that was due could not be written, for example because the disk is full; null where it could. The journals keep everything meanwhile.</summary>
    public Exception? SnapshotFault { get; private set; }

    /// <summary>Says what is told after each change of a file, for tests that die there.</summary>
    internal void OnStep(Action<string> step) => _folder!.Step = step;

    /// <summary>Opens a store on disk: everything that was taken in before is there.</summary>
    /// <param name="service">The features to keep.</param>
    /// <param name="options">Where, and how safely.</param>
    /// <param name="timeProvider">The clock of <see cref="OnlineStorageOptions.FlushAfter"/>; the system's when null.</param>
    /// <param name="cancellationToken">Observed between files.</param>
    /// <returns>The store, which the caller disposes. Whole histories keep every event in memory: what is on disk has no states.</returns>
    /// <exception cref="StoredDefinitionException">The folder holds features of another definition.</exception>
    /// <exception cref="TimeoutException">Another process uses the folder; says which.</exception>
    /// <exception cref="InvalidDataException">A file is damaged before its end; says which and where. What was being written when the process died is no damage: it was not acknowledged, and is cut off.</exception>
    public static async Task<OnlineFeatures> OpenAsync(FeatureService service, OnlineStorageOptions options, TimeProvider? timeProvider = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(service);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrWhiteSpace(options.Folder, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.FlushAfter, TimeSpan.Zero, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.SnapshotAfterBytes, 1, nameof(options));
        var online = new OnlineFeatures(service) { _options = options, _clock = timeProvider ?? TimeProvider.System };
        System.Array.ForEach(online._views, static v => v.KeepHistory());
        online._folder = await StoreFolder.OpenAsync(options, service.Digest.ToString(), cancellationToken).ConfigureAwait(false);
        try
        {
            await online._folder.RecoverAsync(online.Load, online.Replay, cancellationToken).ConfigureAwait(false);
            return online;
        }
        catch
        {
            online._folder.Dispose();
            throw;
        }
    }

    /// <summary>Takes events in.</summary>
    /// <param name="source">The name of their source: every view of it takes them.</param>
    /// <param name="events">Has the columns that the views need. Borrowed until the task completes; nothing of it is kept.</param>
    /// <param name="cancellationToken">Observed before anything is taken in.</param>
    /// <exception cref="ArgumentException">No view has that source.</exception>
    /// <exception cref="SchemaMismatchException">A column is missing or of another type; every difference is listed and nothing is taken in.</exception>
    /// <exception cref="IOException">The journal could not be written; nothing is taken in.</exception>
    public ValueTask IngestAsync(string source, RecordBatch events, CancellationToken cancellationToken = default) => TakeInAsync(source, events, null, cancellationToken);

    /// <summary>Takes events in together with where their stream stands afterwards: both or neither is there after a crash.</summary>
    /// <param name="source">The name of their source: every view of it takes them.</param>
    /// <param name="events">Has the columns that the views need. Borrowed until the task completes; nothing of it is kept.</param>
    /// <param name="position">Where to go on from; given back by <see cref="Positions"/>.</param>
    /// <param name="cancellationToken">Observed before anything is taken in.</param>
    /// <exception cref="ArgumentException">No view has that source.</exception>
    /// <exception cref="SchemaMismatchException">A column is missing or of another type; every difference is listed and nothing is taken in.</exception>
    /// <exception cref="IOException">The journal could not be written; nothing is taken in.</exception>
    public ValueTask IngestAtAsync(string source, RecordBatch events, StreamPosition position, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(position);
        return TakeInAsync(source, events, position, cancellationToken);
    }

    /// <summary>Writes a snapshot in the place of the journal. Done by itself as the journal grows; of a store in memory alone nothing is done.</summary>
    /// <param name="cancellationToken">Observed while waiting for batches that are being taken in.</param>
    /// <remarks>Batches wait for it, and reads while the state is written.</remarks>
    public async Task SnapshotAsync(CancellationToken cancellationToken = default)
    {
        await _ingesting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            if (_folder is { } folder)
            {
                await folder.SnapshotAsync(Save, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _ingesting.Release();
        }
    }

    /// <summary>Flushes and closes the journal; no events are taken in afterwards.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ingesting.WaitAsync().ConfigureAwait(false);
        try
        {
            if (!_isClosed && _folder is { } folder)
            {
                folder.Journal.Flush();
                folder.Dispose();
            }

            _isClosed = true;
        }
        finally
        {
            _ingesting.Release();
        }
    }

    /// <summary>Gives the features of each request as of its time, with the status of every value.</summary>
    /// <param name="requests">Has the key columns, the time column, and what on-demand features read. Borrowed; the answer shares its memory.</param>
    /// <param name="timeColumn">A timestamp: the moment of each read, in any order, not before the last <see cref="Advance"/>.</param>
    /// <param name="cancellationToken">Observed before anything is computed.</param>
    /// <returns>One row a request in the same order. The caller disposes it.</returns>
    /// <exception cref="SchemaMismatchException">A column is missing or of another type; every difference is listed.</exception>
    /// <exception cref="ArgumentException">A read lies before the last <see cref="Advance"/>.</exception>
    public ValueTask<OnlineAnswer> ReadAsync(RecordBatch requests, string timeColumn, CancellationToken cancellationToken = default)
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

    /// <summary>Prepares reads of one entity at a time, for the least latency.</summary>
    /// <returns>For one thread at a time.</returns>
    public OnlineRequest NewRequest() => new(this);

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

    internal void Read(OnlineRequest request, long query, Span<FeatureValue> values, Span<FeatureStatus> statuses)
    {
        lock (_lock)
        {
            if (query < _horizon)
            {
                throw BeforeHorizon(query, "the request", "time");
            }

            for (var v = 0; v < _views.Length; v++)
            {
                request.Read(v, _views[v], query, values, statuses);
            }
        }
    }

    private async ValueTask TakeInAsync(string source, RecordBatch events, StreamPosition? position, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(events);
        var views = ViewsOf(source, out var required);
        required.Check(events.Schema, $"events of source '{source}'");
        var reader = new ColumnReader($"events of source '{source}'");
        reader.Next(events);
        await _ingesting.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);

            // Everything that can be refused is read before anything is written or taken in.
            System.Array.ForEach(views, v => v.Prepare(events, reader));
            if (_folder is { } folder)
            {
                BatchFrame.Write(source, events, required.Names, position, _frame);
                folder.Append(_frame.GetBuffer().AsMemory(0, (int)_frame.Length), MustFlush());
            }

            Apply(views, events, position);
            await SnapshotIfLongAsync().ConfigureAwait(false);
        }
        finally
        {
            _ingesting.Release();
        }

        GC.KeepAlive(events);
    }

    // The batch is taken in: that no snapshot can be written must not look as if it were not. The next batch tries again.
    private async Task SnapshotIfLongAsync()
    {
        if (_folder is null || _folder.Journal.Length <= _options!.SnapshotAfterBytes)
        {
            return;
        }

        try
        {
            await _folder.SnapshotAsync(Save, CancellationToken.None).ConfigureAwait(false);
            SnapshotFault = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            SnapshotFault = e;
        }
    }

    private bool MustFlush()
    {
        var now = _clock.GetTimestamp();
        var must = _options!.FlushAfter <= TimeSpan.Zero || _clock.GetElapsedTime(_flushed, now) >= _options.FlushAfter;
        _flushed = must ? now : _flushed;
        return must;
    }

    private OnlineView[] ViewsOf(string source, out ColumnRequirements required)
    {
        var views = System.Array.FindAll(_views, v => v.View.Source == source);
        if (views.Length == 0)
        {
            throw new ArgumentException($"No view of service '{Service.Name}' has the source '{source}'; they have {string.Join(", ", _views.Select(static v => $"'{v.View.Source}'").Distinct(StringComparer.Ordinal))}.", nameof(source));
        }

        var columns = required = new ColumnRequirements();
        System.Array.ForEach(views, v => ColumnRequirements.OfSource(v.View, columns));
        return views;
    }

    private void Apply(OnlineView[] views, RecordBatch events, StreamPosition? position)
    {
        lock (_lock)
        {
            foreach (var view in views)
            {
                _late += view.Ingest(events);
            }

            if (position is not null)
            {
                _positions[position.Stream] = position.Offset;
            }
        }
    }

    private void Replay(ReadOnlyMemory<byte> frame)
    {
        var (source, position, events) = BatchFrame.Read(frame);
        using (events)
        {
            var views = ViewsOf(source, out _);
            var reader = new ColumnReader($"journalled events of source '{source}'");
            reader.Next(events);
            System.Array.ForEach(views, v => v.Prepare(events, reader));
            Apply(views, events, position);
        }
    }

    private void Save(BinaryWriter writer)
    {
        lock (_lock)
        {
            writer.Write(_horizon);
            writer.Write(_late);
            writer.Write(_positions.Count);
            foreach (var (stream, offset) in _positions)
            {
                writer.Write(stream);
                writer.Write(offset);
            }

            System.Array.ForEach(_views, v => v.Save(writer));
        }
    }

    private void Load(BinaryReader reader)
    {
        (_horizon, _late) = (reader.ReadInt64(), reader.ReadInt64());
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            var stream = reader.ReadString();
            _positions[stream] = reader.ReadString();
        }

        System.Array.ForEach(_views, v => v.Load(reader));
    }

    private ArgumentException BeforeHorizon(long time, string which, string parameter) => new(
        $"Expected reads at or after {FeatureTime.ToDateTime(_horizon):O}, to which this store was advanced; {which} asks for {FeatureTime.ToDateTime(time):O}.", parameter);
}
