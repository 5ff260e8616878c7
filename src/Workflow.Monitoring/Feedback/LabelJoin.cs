using System.Globalization;
using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Data.Registry;
using Workflow.Data.Tables;
using Workflow.Monitoring.Performance;
using Workflow.Monitoring.Profiles;

namespace Workflow.Monitoring.Feedback;

/// <summary>Joins predictions with labels that arrive later, and says how well the model really did, window by window.</summary>
/// <remarks>
/// <para>Labels are bitemporal: of several for one request the one that became known last wins. A window is judged by the time of its predictions.</para>
/// <para>Keeps about 90 bytes for each prediction of the open windows; <see cref="Close"/> gives windows up. Not thread-safe.</para>
/// </remarks>
public sealed class LabelJoin
{
    private const string Component = "a label join";
    private readonly LabelJoinOptions _options;
    private readonly SortedDictionary<long, WindowPerformance> _closed = [];
    private readonly Dictionary<long, PredictionWindow> _open = [];
    private readonly List<PredictionWindow> _windows = [];
    private readonly RequestTable _requests = new();
    private long _duplicates;
    private long _unmatched;
    private long _late;

    /// <summary>Starts without rows.</summary>
    /// <param name="options">Windows, filters and marks; null for the defaults. Must not be changed afterwards.</param>
    /// <exception cref="ArgumentException">The options are wrong; every fault is listed.</exception>
    public LabelJoin(LabelJoinOptions? options = null)
    {
        _options = options ?? new LabelJoinOptions();
        var faults = _options.Faults().ToList();
        if (faults.Count > 0)
        {
            throw new ArgumentException($"{nameof(LabelJoinOptions)} has {faults.Count} fault(s):{Environment.NewLine}  {string.Join($"{Environment.NewLine}  ", faults)}", nameof(options));
        }
    }

    /// <summary>Joins two whole tables as they were known at a moment.</summary>
    /// <param name="predictions">The prediction log (<see cref="PredictionLogSchema"/>), read once.</param>
    /// <param name="labels">The labels (<see cref="LabelSchema"/>), read once; those known only after <paramref name="asOf"/> are left out.</param>
    /// <param name="asOf">The moment.</param>
    /// <param name="options">Windows, filters and marks; null for the defaults.</param>
    /// <param name="cancellationToken">Observed between batches.</param>
    /// <exception cref="SchemaMismatchException">Columns are missing or of another type; all are listed.</exception>
    public static async Task<PerformanceReport> EvaluateAsync(
        TableSource predictions, TableSource labels, DateTimeOffset asOf, LabelJoinOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(predictions);
        ArgumentNullException.ThrowIfNull(labels);
        var join = new LabelJoin(options);
        await foreach (var batch in predictions.ReadAsync([.. PredictionFields.FieldsList.Select(f => f.Name)], cancellationToken).ConfigureAwait(false))
        {
            using (batch)
            {
                join.AddPredictions(batch);
            }
        }

        await foreach (var batch in labels.ReadAsync([LabelSchema.RequestId, LabelSchema.Label, LabelSchema.IngestTime], cancellationToken).ConfigureAwait(false))
        {
            using (batch)
            {
                join.AddLabels(batch, asOf);
            }
        }

        return join.Evaluate(asOf);
    }

    /// <summary>Adds logged predictions. Of several with one request id the first is kept and the others are counted.</summary>
    /// <param name="batch">Columns of <see cref="PredictionLogSchema"/>, found by name. Borrowed.</param>
    /// <exception cref="SchemaMismatchException">Columns are missing or of another type; all are listed.</exception>
    public void AddPredictions(RecordBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        TableSchema.Require(PredictionFields, batch.Schema, Component);
        var ids = (StringArray)batch.Column(PredictionLogSchema.RequestId);
        var times = TimeWindows.Microseconds(batch.Column(PredictionLogSchema.EventTime), PredictionLogSchema.EventTime);
        var scores = ((DoubleArray)batch.Column(PredictionLogSchema.Score)).Values;
        var weights = ((DoubleArray)batch.Column(PredictionLogSchema.SampleWeight)).Values;
        var versions = ((Int64Array)batch.Column(PredictionLogSchema.ModelVersion)).Values;
        var arms = (StringArray)batch.Column(PredictionLogSchema.ServedBy);
        for (var row = 0; row < batch.Length; row++)
        {
            if ((_options.ModelVersion is { } version && versions[row] != version) || (_options.ServedBy is { } arm && arms.GetString(row) != arm))
            {
                continue;
            }

            if (!double.IsFinite(scores[row]) || !(weights[row] > 0 && double.IsFinite(weights[row])))
            {
                throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                    $"Prediction '{ids.GetString(row)}' has score {scores[row]} and weight {weights[row]}; expected a finite score and a positive weight."));
            }

            Add(new PredictionRow(RequestHash.Of(ids.GetBytes(row)), scores[row], weights[row], times[row]));
        }

        GC.KeepAlive(batch);
    }

    /// <summary>Adds labels. A label whose prediction is not there is counted and forgotten: add predictions first.</summary>
    /// <param name="batch">Columns of <see cref="LabelSchema"/>, found by name. Borrowed.</param>
    /// <param name="knownBy">Leaves out labels that became known only later; null takes all.</param>
    /// <exception cref="SchemaMismatchException">Columns are missing or of another type; all are listed.</exception>
    /// <exception cref="InvalidDataException">A label is neither 0 nor 1 nor null.</exception>
    public void AddLabels(RecordBatch batch, DateTimeOffset? knownBy = null)
    {
        ArgumentNullException.ThrowIfNull(batch);
        TableSchema.Require(LabelFields, batch.Schema, Component);
        var ids = (StringArray)batch.Column(LabelSchema.RequestId);
        var labels = (DoubleArray)batch.Column(LabelSchema.Label);
        var ingestTimes = TimeWindows.Microseconds(batch.Column(LabelSchema.IngestTime), LabelSchema.IngestTime);
        var last = knownBy is { } moment ? (moment.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond : long.MaxValue;
        for (var row = 0; row < batch.Length; row++)
        {
            if (ingestTimes[row] > last)
            {
                continue;
            }

            var label = labels.IsNull(row) ? double.NaN : labels.Values[row];
            if (label is not (0 or 1) && !labels.IsNull(row))
            {
                throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"The label of '{ids.GetString(row)}' is {label}; expected 0, 1 or null."));
            }

            var place = _requests.Find(RequestHash.Of(ids.GetBytes(row)));
            if (place < 0)
            {
                _unmatched++;
            }
            else
            {
                _windows[(int)(place >> 32)].Label((int)place, label, ingestTimes[row]);
            }
        }

        GC.KeepAlive(batch);
    }

    /// <summary>Says how well the model did as far as is known.</summary>
    /// <param name="asOf">The present moment: it decides which windows are provisional.</param>
    public PerformanceReport Evaluate(DateTimeOffset asOf) => new()
    {
        AsOf = asOf.ToUniversalTime(),
        Windows = [.. _closed.Values.Concat(_open.Values.Select(w => w.Evaluate(_options, asOf))).OrderBy(w => w.Start)],
        DuplicatePredictions = _duplicates,
        UnmatchedLabels = _unmatched,
        LatePredictions = _late,
    };

    /// <summary>Gives up the rows of windows whose labels are overdue; their results stay. Later predictions for them are counted, labels are unmatched.</summary>
    /// <param name="asOf">The present moment: windows that ended more than the maximum delay before it are closed.</param>
    public void Close(DateTimeOffset asOf)
    {
        var overdue = _open.Values.Where(w => _options.Windows.EndOf(w.Index) + _options.MaximumDelay <= asOf).ToList();
        foreach (var window in overdue)
        {
            _closed[window.Index] = window.Evaluate(_options, asOf);
            _open.Remove(window.Index);
        }

        if (overdue.Count > 0)
        {
            _windows.Clear();
            _requests.Clear();
            foreach (var window in _open.Values.OrderBy(w => w.Index))
            {
                _windows.Add(window);
                foreach (var (row, key) in window.Keys.Index())
                {
                    _requests.TryAdd(key, Place(_windows.Count - 1, row));
                }
            }
        }
    }

    private static Schema PredictionFields { get; } = new(
        [
            new Field(PredictionLogSchema.RequestId, StringType.Default, nullable: true),
            TimeWindows.TimeField(PredictionLogSchema.EventTime),
            new Field(PredictionLogSchema.ModelVersion, Int64Type.Default, nullable: true),
            new Field(PredictionLogSchema.ServedBy, StringType.Default, nullable: true),
            new Field(PredictionLogSchema.Score, DoubleType.Default, nullable: true),
            new Field(PredictionLogSchema.SampleWeight, DoubleType.Default, nullable: true),
        ],
        metadata: null);

    private static Schema LabelFields { get; } = new(
        [
            new Field(LabelSchema.RequestId, StringType.Default, nullable: true),
            new Field(LabelSchema.Label, DoubleType.Default, nullable: true),
            TimeWindows.TimeField(LabelSchema.IngestTime),
        ],
        metadata: null);

    private static long Place(int window, int row) => ((long)window << 32) | (uint)row;

    private void Add(PredictionRow row)
    {
        var index = _options.Windows.IndexOfMicroseconds(row.EventTime);
        if (_closed.ContainsKey(index))
        {
            _late++;
            return;
        }

        if (!_open.TryGetValue(index, out var window))
        {
            _open[index] = window = new PredictionWindow(index);
            _windows.Add(window);
        }

        // The newest window is where rows almost always go.
        var place = _windows[^1] == window ? _windows.Count - 1 : _windows.IndexOf(window);
        if (_requests.TryAdd(row.Key, Place(place, window.Count)))
        {
            window.Add(row);
        }
        else
        {
            _duplicates++;
        }
    }
}
