using System.Globalization;
using System.Threading.Channels;
using Apache.Arrow;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Workflow.Data.Registry;
using Workflow.Data.Tables;
using Workflow.Inference.Serving;

namespace Workflow.Inference.Predictions;

/// <summary>Writes what a model answered to Arrow IPC files, without holding up those who ask it.</summary>
/// <remarks>
/// <para>Safe for concurrent use. A file is written beside its place, flushed to disk and renamed: a power cut loses rows that waited,
/// never half a file. Disposing writes what waits.</para>
/// <para>Rows that cannot be written (a full disk) are counted as dropped and logged; the writer goes on.</para>
/// </remarks>
public sealed class PredictionLogWriter : IAsyncDisposable
{
    private readonly PredictionLogOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly string _model;
    private readonly string _folder;
    private readonly Schema _schema;
    private readonly Channel<Waiting> _queue;
    private readonly Task _writing;
    private readonly InferenceTelemetry? _telemetry;
    private long _dropped;
    private long _parts;

    /// <summary>Creates a writer for one model.</summary>
    /// <param name="model">The model's name: letters, digits, <c>.</c>, <c>_</c> and <c>-</c>.</param>
    /// <param name="signature">The model's columns; another signature needs another writer.</param>
    /// <param name="options">Settings.</param>
    /// <param name="services">Gives the clock and the logger; null for the system's clock and none.</param>
    public PredictionLogWriter(string model, ModelSignature signature, PredictionLogOptions options, IServiceProvider? services = null)
    {
        ArgumentNullException.ThrowIfNull(signature);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _model = model;
        _folder = PredictionFiles.ModelFolder(options.Folder, model);
        _schema = PredictionLogSchema.For(signature);
        _time = (TimeProvider?)services?.GetService(typeof(TimeProvider)) ?? TimeProvider.System;
        _logger = (ILogger?)services?.GetService(typeof(ILogger<PredictionLogWriter>)) ?? NullLogger.Instance;
        _telemetry = (InferenceTelemetry?)services?.GetService(typeof(InferenceTelemetry));
        _queue = Channel.CreateBounded<Waiting>(new BoundedChannelOptions(options.Capacity) { SingleReader = true });
        _writing = Task.Run(WriteAllAsync);
    }

    /// <summary>Gets how many rows were dropped because too many waited, or could not be written.</summary>
    public long DroppedRows => Interlocked.Read(ref _dropped);

    /// <summary>Hands over rows without ever waiting: the way for requests.</summary>
    /// <param name="rows">Rows of the log, from <see cref="PredictionRows.ToBatch"/>. Borrowed; their buffers are shared until they are written.</param>
    /// <returns>False when too many wait: the rows are dropped and counted.</returns>
    /// <exception cref="SchemaMismatchException">The rows do not have the log's columns; all differences are listed.</exception>
    public bool TryWrite(RecordBatch rows)
    {
        var shared = Share(rows);
        if (_queue.Writer.TryWrite(new Waiting(shared, null)))
        {
            return true;
        }

        Drop(shared);
        return false;
    }

    /// <summary>Hands over rows and waits while too many wait: the way for replays, where nothing may be lost.</summary>
    /// <param name="rows">As in <see cref="TryWrite"/>.</param>
    /// <param name="cancellationToken">A cancelled call has handed over nothing.</param>
    /// <exception cref="SchemaMismatchException">The rows do not have the log's columns; all differences are listed.</exception>
    public async ValueTask WriteAsync(RecordBatch rows, CancellationToken cancellationToken = default)
    {
        var shared = Share(rows);
        try
        {
            await _queue.Writer.WriteAsync(new Waiting(shared, null), cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            shared.Dispose();
            throw;
        }
    }

    /// <summary>Writes rows at once, to files of a given name: the way for work that may be done again, whose files are replaced then.</summary>
    /// <param name="part">The name, the same each time the same rows are written, for example <c>2001-04-07</c>.</param>
    /// <param name="rows">All rows of the part. Borrowed.</param>
    /// <param name="cancellationToken">Files are whole or not there when it is cancelled.</param>
    /// <exception cref="SchemaMismatchException">The rows do not have the log's columns; all differences are listed.</exception>
    public Task WritePartAsync(string part, IReadOnlyList<RecordBatch> rows, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(part);
        ArgumentNullException.ThrowIfNull(rows);
        foreach (var batch in rows)
        {
            TableSchema.Require(_schema, batch.Schema, $"the prediction log of '{_model}'");
        }

        return PredictionFiles.WriteAsync(_folder, PredictionFiles.RequireName(part, "A part's name"), rows, cancellationToken);
    }

    /// <summary>Waits until everything that was handed over before is on disk, or dropped.</summary>
    /// <param name="cancellationToken">Stops waiting, not writing.</param>
    public async Task FlushAsync(CancellationToken cancellationToken = default)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await _queue.Writer.WriteAsync(new Waiting(null, done), cancellationToken).ConfigureAwait(false);
        await done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes what waits and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _writing.ConfigureAwait(false);
    }

    private RecordBatch Share(RecordBatch rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        TableSchema.Require(_schema, rows.Schema, $"the prediction log of '{_model}'");
        return rows.SliceShared(0, rows.Length);
    }

    private async Task WriteAllAsync()
    {
        var batches = new List<RecordBatch>();
        var rows = 0L;
        var since = 0L;
        Task<bool>? read = null;
        while (true)
        {
            read ??= _queue.Reader.WaitToReadAsync().AsTask();
            if (batches.Count > 0 && !read.IsCompleted && !await IsCompletedInTimeAsync(read, since).ConfigureAwait(false))
            {
                await WriteFileAsync(batches).ConfigureAwait(false);
                rows = 0;
                continue;
            }

            if (!await read.ConfigureAwait(false))
            {
                break;
            }

            read = null;
            while (_queue.Reader.TryRead(out var next))
            {
                if (next.Rows is { } batch)
                {
                    since = batches.Count == 0 ? _time.GetTimestamp() : since;
                    batches.Add(batch);
                    rows += batch.Length;
                }

                if (rows >= _options.FlushRows || next.Flushed is not null || (batches.Count > 0 && _time.GetElapsedTime(since) >= _options.FlushInterval))
                {
                    await WriteFileAsync(batches).ConfigureAwait(false);
                    rows = 0;
                    next.Flushed?.TrySetResult();
                }
            }
        }

        await WriteFileAsync(batches).ConfigureAwait(false);
    }

    private async Task<bool> IsCompletedInTimeAsync(Task<bool> read, long since)
    {
        var left = _options.FlushInterval - _time.GetElapsedTime(since);
        if (left <= TimeSpan.Zero)
        {
            return false;
        }

        using var stop = new CancellationTokenSource();
        await Task.WhenAny(read, Task.Delay(left, _time, stop.Token)).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        return read.IsCompleted;
    }

    private async Task WriteFileAsync(List<RecordBatch> batches)
    {
        if (batches.Count == 0)
        {
            return;
        }

        try
        {
            // Sorts by time; the random end keeps two processes apart.
            var part = string.Create(CultureInfo.InvariantCulture, $"{_time.GetUtcNow():yyyyMMddTHHmmssffffff}-{_parts++:d6}-{Guid.NewGuid():n}");
            await PredictionFiles.WriteAsync(_folder, part, batches, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            var lost = batches.Sum(b => (long)b.Length);
            _logger.PredictionsNotWritten(_model, lost, fault);
            Count(lost);
        }
        finally
        {
            batches.ForEach(b => b.Dispose());
            batches.Clear();
        }
    }

    private void Drop(RecordBatch rows)
    {
        Count(rows.Length);
        rows.Dispose();
    }

    private void Count(long rows)
    {
        Interlocked.Add(ref _dropped, rows);
        _telemetry?.Dropped(rows);
    }

    private sealed record Waiting(RecordBatch? Rows, TaskCompletionSource? Flushed);
}
