using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Data.Tables;
using Workflow.Features.Joins;
using Workflow.Features.Offline;
using Workflow.Features.Online;
using Workflow.Features.Views;

namespace Workflow.Testing.Features;

/// <summary>Replays a history as a stream and compares every value that is read meanwhile with the one that the offline join gives for the whole history, bit by bit.</summary>
/// <remarks>For services of your own: a difference is a fault of an engine, of an aggregate of your own, or of arrival times that come after the moment from which events count.</remarks>
public static class OnlineReplay
{
    /// <summary>Replays.</summary>
    /// <param name="service">What is computed.</param>
    /// <param name="labels">The reads, by ascending time.</param>
    /// <param name="sources">The events by the name of their source, each by ascending arrival.</param>
    /// <param name="options">How they arrive.</param>
    /// <param name="cancellationToken">Observed between reads.</param>
    /// <exception cref="ArgumentException">A table is not in order.</exception>
    public static async Task<OnlineReplayReport> RunAsync(FeatureService service, LabelTable labels, IReadOnlyDictionary<string, TableSource> sources, OnlineReplayOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(service);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(sources);
        ArgumentNullException.ThrowIfNull(options);
        using var set = await new PointInTimeJoin().RunAsync(service, labels, sources, cancellationToken).ConfigureAwait(false);
        var online = options.Online?.Invoke(service) ?? new OnlineFeatures(service);
        var streams = new List<Arrivals>();
        foreach (var source in service.Views.Select(static v => v.View.Source).Distinct(StringComparer.Ordinal))
        {
            streams.Add(new Arrivals(source, sources[source], options.ArrivalColumn));
        }

        var tally = new Tally(service);
        try
        {
            var expected = set.Table.ReadAsync(service.FeatureNames, cancellationToken).GetAsyncEnumerator(cancellationToken);
            await using (expected.ConfigureAwait(false))
            {
                var statuses = tally.Newest.ToDictionary(static n => n, set.Statuses, StringComparer.Ordinal);
                var (before, advanced, first) = (long.MinValue, long.MinValue, 0);
                await foreach (var batch in labels.Rows.ReadAsync(null, cancellationToken).ConfigureAwait(false))
                {
                    using (batch)
                    {
                        await expected.MoveNextAsync().ConfigureAwait(false);
                        using var offline = expected.Current;
                        var times = Times(batch, labels.TimeColumn);
                        for (var (begin, end) = (0, 0); begin < times.Length; begin = end)
                        {
                            cancellationToken.ThrowIfCancellationRequested();
                            var now = times[begin] >= before ? times[begin] : throw new ArgumentException($"Expected labels by ascending time, got {times[begin]} after {before} µs.", nameof(labels));
                            for (end = begin; end < times.Length && times[end] == now; end++)
                            {
                            }

                            before = now;
                            foreach (var stream in streams)
                            {
                                tally.Events += await stream.IngestAsync(online, now, cancellationToken).ConfigureAwait(false);
                            }

                            if (options.AdvanceEvery is { } every && (advanced == long.MinValue || now - advanced >= every.Ticks / TimeSpan.TicksPerMicrosecond))
                            {
                                online.Advance(DateTimeOffset.UnixEpoch.AddTicks(now * TimeSpan.TicksPerMicrosecond));
                                advanced = now;
                            }

                            using var requests = batch.SliceShared(begin, end - begin);
                            using var answer = await online.ReadAsync(requests, labels.TimeColumn, cancellationToken).ConfigureAwait(false);
                            tally.Compare(answer, offline, begin, statuses, first + begin);
                        }

                        first += times.Length;
                    }
                }
            }

            return tally.Report(online);
        }
        finally
        {
            foreach (var stream in streams)
            {
                await stream.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private static long[] Times(RecordBatch batch, string column)
    {
        var array = (TimestampArray)batch.Column(column);
        var factor = ((TimestampType)array.Data.DataType).Unit switch { TimeUnit.Second => 1_000_000, TimeUnit.Millisecond => 1_000, _ => 1L };
        var times = new long[batch.Length];
        for (var i = 0; i < times.Length; i++)
        {
            times[i] = array.IsNull(i) ? throw new ArgumentException($"Expected a time in every row, got null in '{column}'.") : array.Values[i] * factor;
        }

        return times;
    }

    // One source's events, taken as far as they have arrived.
    private sealed class Arrivals(string source, TableSource table, string column) : IAsyncDisposable
    {
        private readonly IAsyncEnumerator<RecordBatch> _batches = table.ReadAsync().GetAsyncEnumerator();
        private RecordBatch? _batch;
        private long[] _times = [];
        private int _next;

        public async Task<long> IngestAsync(OnlineFeatures online, long now, CancellationToken cancellationToken)
        {
            var events = 0L;
            while (true)
            {
                if (_next == _times.Length)
                {
                    _batch?.Dispose();
                    _batch = null;
                    if (!await _batches.MoveNextAsync().ConfigureAwait(false))
                    {
                        (_times, _next) = ([], 0);
                        return events;
                    }

                    (_batch, _next) = (_batches.Current, 0);
                    _times = Times(_batch, column);
                }

                var end = _next;
                while (end < _times.Length && _times[end] <= now)
                {
                    end++;
                }

                if (end > _next)
                {
                    using var arrived = _batch!.SliceShared(_next, end - _next);
                    await online.IngestAsync(source, arrived, cancellationToken).ConfigureAwait(false);
                    events += arrived.Length;
                    _next = end;
                }

                if (_next < _times.Length)
                {
                    return events;
                }
            }
        }

        public ValueTask DisposeAsync()
        {
            _batch?.Dispose();
            return _batches.DisposeAsync();
        }
    }

    private sealed class Tally(FeatureService service)
    {
        private readonly List<string> _first = [];
        private long _vectors;
        private long _values;
        private long _mismatches;

        public string[] Newest { get; } = [.. service.Views.SelectMany(static v => v.Latest.Select(f => v.ColumnOf(f.Name)))];

        public long Events { get; set; }

        public void Compare(OnlineAnswer answer, RecordBatch offline, int at, Dictionary<string, System.Collections.Immutable.ImmutableArray<FeatureStatus>> statuses, int row)
        {
            _vectors += answer.Values.Length;
            foreach (var name in service.FeatureNames)
            {
                var (actual, expected) = (answer.Values.Column(name), offline.Column(name));
                var given = statuses.TryGetValue(name, out var wanted) ? answer.Statuses(name) : default;
                for (var i = 0; i < actual.Length; i++)
                {
                    _values++;
                    if (!AreSame(actual, i, expected, at + i) || (!given.IsDefault && (given[i] == FeatureStatus.NullValue ? FeatureStatus.Present : given[i]) != wanted[row + i]))
                    {
                        _mismatches++;
                        if (_first.Count < 20)
                        {
                            _first.Add($"row {row + i}, {name}: online {TableRows.Cell(actual, i) ?? "null"}, offline {TableRows.Cell(expected, at + i) ?? "null"}");
                        }
                    }
                }
            }
        }

        public OnlineReplayReport Report(OnlineFeatures online) => new()
        {
            Vectors = _vectors,
            Values = _values,
            Mismatches = _mismatches,
            FirstMismatches = [.. _first],
            Events = Events,
            LateEvents = online.LateEvents,
            RetainedEvents = online.RetainedEvents,
        };

        private static bool AreSame(IArrowArray a, int i, IArrowArray b, int j)
        {
            if (a.IsNull(i) || b.IsNull(j))
            {
                return a.IsNull(i) && b.IsNull(j);
            }

            return (a, b) switch
            {
                (DoubleArray x, DoubleArray y) => BitConverter.DoubleToInt64Bits(x.Values[i]) == BitConverter.DoubleToInt64Bits(y.Values[j]),
                (Int64Array x, Int64Array y) => x.Values[i] == y.Values[j],
                (FloatArray x, FloatArray y) => BitConverter.SingleToInt32Bits(x.Values[i]) == BitConverter.SingleToInt32Bits(y.Values[j]),
                _ => a.Data.DataType.TypeId == b.Data.DataType.TypeId && Equals(TableRows.Cell(a, i), TableRows.Cell(b, j)),
            };
        }
    }
}
