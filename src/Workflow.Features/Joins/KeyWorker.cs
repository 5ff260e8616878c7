using Workflow.Features.Aggregation;
using Workflow.Features.Views;

namespace Workflow.Features.Joins;

/// <summary>Joins one key after the other: gathers its events and queries, sorts them by time, and slides every window over them.</summary>
/// <remarks>Allocates nothing after it is made, but for the first key with later versions. Not thread-safe; create one per partition.</remarks>
internal sealed class KeyWorker
{
    private readonly ViewEvents _events;
    private readonly string[] _inputNames;
    private readonly double[][] _inputs;
    private readonly Window[] _windows;
    private readonly long[] _times;
    private readonly long[] _visible;
    private readonly long[] _sortedVisible;
    private readonly int[] _byVisibility;
    private readonly int[] _eventRows;
    private readonly long[] _queries;
    private readonly int[] _queryRows;
    private readonly int[] _ends;
    private readonly int[] _starts;
    private readonly long[] _spareTimes;
    private readonly int[] _spareItems;

    // Of keys whose events have later versions: when each counts no more, and of one window after the other when it leaves.
    private readonly long[] _untils;
    private readonly long[] _exits;
    private readonly long[] _sortedExits;
    private readonly int[] _byExit;
    private bool _isVersioned;

    /// <summary>Prepares for keys of at most so many rows.</summary>
    public KeyWorker(ServiceView view, ViewEvents events, FeatureColumn[] output, (int Events, int Queries) largest)
    {
        _events = events;
        _inputNames = [.. view.Features.SelectMany(static f => f.Aggregate.Inputs).Distinct(StringComparer.Ordinal)];
        _inputs = [.. _inputNames.Select(_ => new double[largest.Events])];
        _windows =
        [
            .. view.Features.Select((feature, i) => (feature, output: output[i])).GroupBy(static f => f.feature.Window).Select(group => new Window(
                group.Key is { } window ? FeatureTime.Microseconds(window) : null,
                [.. group.Select(f => new Feature(f.feature, [.. f.feature.Aggregate.Inputs.Select(n => _inputs[Array.IndexOf(_inputNames, n)])], f.output))])),
        ];
        var versioned = events.AnySuperseded ? largest.Events : 0;
        (_untils, _exits, _sortedExits, _byExit) = (new long[versioned], new long[versioned], new long[versioned], new int[versioned]);
        (_times, _visible, _sortedVisible) = (new long[largest.Events], new long[largest.Events], new long[largest.Events]);
        (_byVisibility, _eventRows) = (new int[largest.Events], new int[largest.Events]);
        (_queries, _queryRows, _ends, _starts) = (new long[largest.Queries], new int[largest.Queries], new int[largest.Queries], new int[largest.Queries]);
        var spare = Math.Max(largest.Events, largest.Queries);
        (_spareTimes, _spareItems) = (new long[spare], new int[spare]);
    }

    /// <summary>Computes every feature of the view for the queries of one key.</summary>
    /// <param name="eventRows">The key's events, in source order.</param>
    /// <param name="queryRows">The key's output rows, in order.</param>
    /// <param name="queryTimes">The query time of every output row.</param>
    public void Run(ReadOnlySpan<int> eventRows, ReadOnlySpan<int> queryRows, ReadOnlySpan<long> queryTimes)
    {
        if (queryRows.IsEmpty)
        {
            return;
        }

        var (events, queries) = (eventRows.Length, queryRows.Length);
        GatherEvents(eventRows);
        queryRows.CopyTo(_queryRows);
        for (var j = 0; j < queries; j++)
        {
            _queries[j] = queryTimes[queryRows[j]];
        }

        StableTimeSort.Sort(_queries.AsSpan(0, queries), _queryRows.AsSpan(0, queries), _spareTimes, _spareItems);
        for (int j = 0, end = 0; j < queries; j++)
        {
            while (end < events && _sortedVisible[end] <= _queries[j])
            {
                end++;
            }

            _ends[j] = end;
        }

        var run = new KeyRun
        {
            Times = _times.AsSpan(0, events),
            Visible = _visible.AsSpan(0, events),
            ByVisibility = _byVisibility.AsSpan(0, events),
            Queries = _queries.AsSpan(0, queries),
            Ends = _ends.AsSpan(0, queries),
            Rows = _queryRows.AsSpan(0, queries),
        };
        foreach (var window in _windows)
        {
            if (_isVersioned)
            {
                RunVersions(run, window);
                continue;
            }

            for (int j = 0, start = 0; j < queries; j++)
            {
                while (window.Length is { } length && start < events && _times[start] < _queries[j] - length)
                {
                    start++;
                }

                _starts[j] = start;
            }

            foreach (var feature in window.Features)
            {
                feature.Runner.Run(run, _starts.AsSpan(0, queries), feature.Column.Output);
            }
        }
    }

    private void RunVersions(KeyRun run, Window window)
    {
        var n = run.Times.Length;
        for (var i = 0; i < n; i++)
        {
            _exits[i] = window.Length is { } length ? Math.Min(_untils[i], _times[i] + length + 1) : _untils[i];
            _byExit[i] = i;
        }

        _exits.AsSpan(0, n).CopyTo(_sortedExits);
        StableTimeSort.Sort(_sortedExits.AsSpan(0, n), _byExit.AsSpan(0, n), _spareTimes, _spareItems);
        foreach (var feature in window.Features)
        {
            feature.Versions.Run(run, _exits.AsSpan(0, n), _byExit.AsSpan(0, n), feature.Column.Output);
        }
    }

    private void GatherEvents(ReadOnlySpan<int> rows)
    {
        var n = rows.Length;
        var allTimes = _events.Times;
        var available = _events.Available;
        rows.CopyTo(_eventRows);
        for (var i = 0; i < n; i++)
        {
            _times[i] = allTimes[rows[i]];
        }

        StableTimeSort.Sort(_times.AsSpan(0, n), _eventRows.AsSpan(0, n), _spareTimes, _spareItems);
        var rule = _events.View.AtEqualTime;
        for (var i = 0; i < n; i++)
        {
            _visible[i] = EventRows.Visible(_times[i], available[_eventRows[i]], rule);
            _byVisibility[i] = i;
        }

        _isVersioned = false;
        for (var i = 0; i < n && _events.AnySuperseded; i++)
        {
            _untils[i] = _events.Until(_eventRows[i]);
            _isVersioned |= _untils[i] != FeatureTime.Never;
        }

        _visible.AsSpan(0, n).CopyTo(_sortedVisible);
        StableTimeSort.Sort(_sortedVisible.AsSpan(0, n), _byVisibility.AsSpan(0, n), _spareTimes, _spareItems);
        for (var c = 0; c < _inputs.Length; c++)
        {
            var all = _events.Input(_inputNames[c]);
            var inputs = _inputs[c];
            for (var i = 0; i < n; i++)
            {
                inputs[i] = all[_eventRows[i]];
            }
        }
    }

    private sealed record Window(long? Length, Feature[] Features);

    private sealed class Feature(WindowedFeature feature, double[][] inputs, FeatureColumn column)
    {
        private VersionedWindowRunner? _versions;

        public WindowRunner Runner { get; } = feature.Aggregate.CreateRunner(inputs, isBounded: feature.Window is not null);

        /// <summary>Gets the runner of keys with later versions; made for the first one.</summary>
        public VersionedWindowRunner Versions => _versions ??= feature.Aggregate.CreateVersionedRunner(inputs);

        public FeatureColumn Column => column;
    }
}
