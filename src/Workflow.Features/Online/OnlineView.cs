using Apache.Arrow;
using Workflow.Features.Aggregation;
using Workflow.Features.Joins;
using Workflow.Features.Views;

namespace Workflow.Features.Online;

/// <summary>The windows of one view: the aggregates of the offline join, driven by events and reads as they come. Not thread-safe.</summary>
internal sealed class OnlineView
{
    private readonly FeatureView _view;
    private readonly EventRows _rows;
    private readonly KeyIndex _index;
    private readonly List<OnlineKey> _keys = [];
    private readonly string[] _inputNames;
    private readonly OnlineEvents _events;
    private readonly long?[] _windows;
    private readonly OnlineFeature[] _features;

    // Older events matter to no window; null where the whole history must be kept.
    private readonly long? _retention;

    public OnlineView(ServiceView view)
    {
        _view = view.View;
        _rows = new EventRows(_view);
        _index = new KeyIndex(_view.Entity);
        _inputNames = [.. view.Features.SelectMany(static f => f.Aggregate.Inputs).Distinct(StringComparer.Ordinal)];
        _events = new OnlineEvents(_inputNames.Length);
        _windows = [.. view.Features.Select(static f => f.Window is { } w ? FeatureTime.Microseconds(w) : (long?)null).Distinct()];
        _features = [.. view.Features.Select(f => new OnlineFeature(f, _windows, _inputNames))];
        _retention = _features.Any(static f => !f.Slides && f.Window is null) ? null : _windows.Max() ?? 0;
    }

    /// <summary>Gets the view.</summary>
    public FeatureView View => _view;

    /// <summary>Gets the number of features.</summary>
    public int FeatureCount => _features.Length;

    /// <summary>Gets the number of events held.</summary>
    public int RetainedEvents => _events.Count;

    /// <summary>Takes events in.</summary>
    /// <returns>How many came after a read that they should have counted in.</returns>
    public long Ingest(RecordBatch batch, ColumnReader reader)
    {
        var numbers = new int[batch.Length];
        _index.Number(batch, numbers, add: true);
        while (_keys.Count < _index.Count)
        {
            _keys.Add(new OnlineKey(_windows.Length));
            foreach (var feature in _features)
            {
                feature.Column.AddKey();
                feature.Dropped?.AddKey();
            }
        }

        var times = reader.Times(batch, _view.EventTime);
        var available = new long[batch.Length];
        _rows.Available(batch, reader, available);
        var inputs = System.Array.ConvertAll(_inputNames, name =>
        {
            var values = new double[batch.Length];
            _rows.Input(name, batch, reader, values);
            return values;
        });
        var late = 0L;
        for (var row = 0; row < batch.Length; row++)
        {
            if (numbers[row] >= 0 && times[row] != FeatureTime.Never && available[row] != FeatureTime.Never)
            {
                var slot = _events.Add(times[row], EventRows.Visible(times[row], available[row], _view.AtEqualTime));
                for (var c = 0; c < inputs.Length; c++)
                {
                    _events.Inputs[c][slot] = inputs[c][row];
                }

                late += Insert(numbers[row], slot) ? 1 : 0;
            }
        }

        return late;
    }

    /// <summary>Reads everything that a batch could be refused for.</summary>
    public void Validate(RecordBatch batch, ColumnReader reader)
    {
        reader.Times(batch, _view.EventTime);
        _rows.Available(batch, reader, new long[batch.Length]);
        System.Array.ForEach(_inputNames, name => _rows.Input(name, batch, reader, new double[batch.Length]));
    }

    /// <summary>Numbers the keys of a batch of reads.</summary>
    public void Number(RecordBatch batch, Span<int> numbers) => _index.Number(batch, numbers, add: false);

    /// <summary>Computes one row.</summary>
    public void Read(int number, long query, (ReadOnlyMemory<FeatureColumn> Columns, int Row) output)
    {
        if (number >= 0 && query >= _keys[number].LastQuery)
        {
            Slide(number, query);
        }

        if (number >= 0)
        {
            _keys[number].LastRead = Math.Max(_keys[number].LastRead, query);
        }

        for (var i = 0; i < _features.Length; i++)
        {
            var column = output.Columns.Span[i];
            column.Output.Set(output.Row, Value(_features[i], number, query));
        }
    }

    /// <summary>Slides every key to a moment and drops what no later read can need.</summary>
    public void Advance(long now)
    {
        for (var number = 0; number < _keys.Count; number++)
        {
            if (now > _keys[number].LastQuery)
            {
                Slide(number, now);
            }

            Drop(number, now);
        }
    }

    private FeatureValue Value(OnlineFeature feature, int number, long query)
    {
        if (number < 0)
        {
            return feature.Column.Scratch().Finish(query);
        }

        var key = _keys[number];
        if (feature.Slides && query == key.LastQuery)
        {
            return feature.Column.Finish(number, query);
        }

        // What cannot slide, and reads that go back in time, are computed from the events: the same bits, since the laws hold.
        var scratch = feature.Dropped?.ScratchOf(number) ?? feature.Column.Scratch();
        for (var position = 0; position < key.Order.Count; position++)
        {
            var slot = key.Order[position];
            if (_events.Visible[slot] <= query && !IsTooOld(slot, query, feature.Window))
            {
                scratch.Add(Event(feature, slot));
            }
        }

        return scratch.Finish(query);
    }

    private void Slide(int number, long query)
    {
        var key = _keys[number];
        for (var w = 0; w < _windows.Length; w++)
        {
            for (ref var start = ref key.Starts[w]; start < key.Order.Count && IsTooOld(key.Order[start], query, _windows[w]); start++)
            {
                var slot = key.Order[start];
                if (_events.Visible[slot] <= key.LastQuery)
                {
                    foreach (var feature in _features)
                    {
                        if (feature.WindowIndex == w && feature.Slides && !feature.Forgets)
                        {
                            feature.Column.Remove(number, Event(feature, slot));
                        }
                    }
                }
            }
        }

        foreach (var feature in _features)
        {
            if (feature.Forgets)
            {
                feature.Column.Forget(number, query - feature.Window!.Value);
            }
        }

        while (key.Pending.TryPeek(out var slot, out var visible) && visible <= query)
        {
            key.Pending.Dequeue();
            Count(number, slot, query);
        }

        key.LastQuery = query;
    }

    private bool Insert(int number, int slot)
    {
        var key = _keys[number];
        key.Order.Insert(slot, _events.Times);
        if (key.LastQuery == long.MinValue)
        {
            key.Pending.Enqueue(slot, _events.Visible[slot]);
            return false;
        }

        for (var w = 0; w < _windows.Length; w++)
        {
            key.Starts[w] += IsTooOld(slot, key.LastQuery, _windows[w]) ? 1 : 0;
        }

        if (_events.Visible[slot] > key.LastQuery)
        {
            key.Pending.Enqueue(slot, _events.Visible[slot]);
            return false;
        }

        Count(number, slot, key.LastQuery);
        return _events.Visible[slot] <= key.LastRead;
    }

    private void Count(int number, int slot, long query)
    {
        foreach (var feature in _features)
        {
            if (feature.Slides && !IsTooOld(slot, query, feature.Window))
            {
                feature.Column.Add(number, Event(feature, slot));
            }
        }
    }

    private void Drop(int number, long now)
    {
        var key = _keys[number];
        if (_retention is not { } retention)
        {
            return;
        }

        // Too old for every window of every later read, and known to all of them: the states need it no more.
        while (key.Order.Count > 0 && _events.Times[key.Order[0]] < now - retention && _events.Visible[key.Order[0]] <= now)
        {
            foreach (var feature in _features)
            {
                feature.Dropped?.Add(number, Event(feature, key.Order[0]));
            }

            _events.Release(key.Order[0]);
            key.Order.DropFirst();
            for (var w = 0; w < _windows.Length; w++)
            {
                key.Starts[w] -= _windows[w] is null ? 0 : 1;
            }
        }
    }

    private bool IsTooOld(int slot, long query, long? window) => window is { } length && _events.Times[slot] < query - length;

    private FeatureEvent Event(OnlineFeature feature, int slot)
    {
        for (var i = 0; i < feature.Inputs.Length; i++)
        {
            // Columns are replaced as they grow.
            feature.Inputs[i] = _events.Inputs[feature.InputIndex[i]];
        }

        return new FeatureEvent(_events.Times[slot], feature.Inputs, slot);
    }
}
