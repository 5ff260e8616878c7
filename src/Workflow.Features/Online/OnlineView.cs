using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Features.Aggregation;
using Workflow.Features.Joins;
using Workflow.Features.Views;

namespace Workflow.Features.Online;

/// <summary>What one view keeps of its events: the aggregates of the offline join and its newest rows, driven by events and reads as they come. Not thread-safe.</summary>
internal sealed class OnlineView
{
    private readonly FeatureView _view;
    private readonly ServiceView _taken;
    private readonly OnlineKeyTable _table = new();
    private readonly List<OnlineKey> _keys = [];
    private readonly KeyEncoder _sourceKeys;
    private readonly KeyEncoder _ids;
    private readonly OnlineEvents _events;
    private readonly OnlineVersions? _versions;
    private readonly OnlineBatch _batch;
    private readonly OnlineFeature[] _features;
    private readonly (int Kept, int Condition)[] _latest;
    private readonly string[] _keptNames;
    private readonly OnlineStates _states;
    private readonly OnlineScan _scan;
    private readonly long? _ttl;
    private readonly bool _isUnconditional;

    // Older events matter to no window; null where all must be kept.
    private long? _retention;
    private int[] _stays = new int[8];
    private int _dropped;
    private int _gone;
    private long _arrivals;

    public OnlineView(ServiceView view, int fewEvents)
    {
        (_taken, _view) = (view, view.View);
        _sourceKeys = new KeyEncoder(_view.Entity.Keys, [.. _view.Entity.Keys.Select(_view.KeyColumn)]);
        _ids = new KeyEncoder(_view.EventId, [.. _view.EventId.Select(static c => c.Name)]);
        RequestKeys = new KeyEncoder(_view.Entity.Keys, [.. _view.Entity.Keys.Select(static k => k.Name)]);
        string[] inputs = [.. view.Features.SelectMany(static f => f.Aggregate.Inputs).Distinct(StringComparer.Ordinal)];
        long?[] windows = [.. view.Features.Select(static f => f.Window is { } w ? FeatureTime.Microseconds(w) : (long?)null).Distinct()];

        // One condition for all features without one of their own, where the view has a filter.
        var wheres = view.Features.Select(static f => f.Where).Concat(view.Latest.Select(static f => f.Where)).Where(w => w is not null || _view.Filter is not null).DistinctBy(static w => w?.ToString()).ToArray();
        _keptNames = [.. view.Latest.Select(static f => f.Column).Distinct(StringComparer.Ordinal)];
        _features = [.. view.Features.Select(f => new OnlineFeature(f, windows, inputs, Condition(f.Where)))];
        _latest = [.. view.Latest.Select(f => (System.Array.IndexOf(_keptNames, f.Column), Condition(f.Where)))];
        _events = new OnlineEvents(inputs.Length, wheres.Length, _keptNames.Length, !_view.EventId.IsEmpty);
        _versions = _events.IsVersioned ? new OnlineVersions(_view, _events) : null;
        _batch = new OnlineBatch(_view, inputs, wheres, _keptNames);
        _states = new OnlineStates(_events, _features, windows, fewEvents);
        _scan = new OnlineScan(_events, _states);
        _isUnconditional = _features.Any(static f => f.Condition < 0) || _latest.Any(static l => l.Condition < 0);
        _ttl = _view.TimeToLive is { } ttl ? FeatureTime.Microseconds(ttl) : null;

        // What was let go of can be neither corrected nor followed by an older newest row.
        _retention = _features.Any(static f => !f.Slides && f.Window is null) || (_versions is not null && (windows.Contains(null) || _latest.Length > 0)) ? null : windows.Max() ?? 0;

        int Condition(Expression? where) => System.Array.FindIndex(wheres, w => w?.ToString() == where?.ToString());
    }

    /// <summary>Gets the view.</summary>
    public FeatureView View => _view;

    /// <summary>Gets the number of aggregates.</summary>
    public int FeatureCount => _features.Length;

    /// <summary>Gets the number of columns of the newest row.</summary>
    public int LatestCount => _latest.Length;

    /// <summary>Gets the number of events held.</summary>
    public int RetainedEvents => _events.Count;

    /// <summary>Encodes the keys of requests.</summary>
    public KeyEncoder RequestKeys { get; }

    /// <summary>Gives the number of a key; negative for one that no event has.</summary>
    public int Find(ReadOnlySpan<byte> key) => _table.Find(key);

    /// <summary>Gives the kind of an aggregate's values.</summary>
    public FeatureValueKind KindOf(int feature) => _features[feature].Kind;

    /// <summary>Gives the values of a column of the newest row; null until an event has come.</summary>
    public KeptCells? Cells(int latest) => _events.Kept[_latest[latest].Kept];

    /// <summary>Reads everything that a batch could be refused for.</summary>
    public void Prepare(RecordBatch batch, ColumnReader reader)
    {
        _batch.CheckTypes(batch, _events.Kept);
        _batch.Read(batch, reader);
    }

    /// <summary>Takes the prepared batch in.</summary>
    /// <returns>How many came after a read that they should have counted in.</returns>
    public long Ingest(RecordBatch batch)
    {
        for (var i = 0; i < _keptNames.Length; i++)
        {
            if (_events.Kept[i] is null)
            {
                _events.Keep(i, new KeptCells(_view.Formula(_keptNames[i]) is null ? batch.Column(_keptNames[i]).Data.DataType : DoubleType.Default));
            }
        }

        _sourceKeys.Next(batch);
        _ids.Next(batch);
        var late = 0L;
        for (var row = 0; row < batch.Length; row++)
        {
            if (_batch.Available[row] != FeatureTime.Never)
            {
                late += Ingest(row) ? 1 : 0;
            }
        }

        return late;
    }

    /// <summary>Computes one row.</summary>
    /// <param name="number">The key's number; negative for one that no event has.</param>
    /// <param name="query">The moment.</param>
    /// <param name="values">One an aggregate, written.</param>
    /// <param name="newest">One a column of the newest row, written: the slot, or <see cref="LatestJoin.NotFound"/> or <see cref="LatestJoin.TooOld"/>.</param>
    public void Read(int number, long query, Span<FeatureValue> values, Span<int> newest)
    {
        if (number < 0)
        {
            for (var i = 0; i < _features.Length; i++)
            {
                values[i] = _features[i].Plain.Compute(-1, [], [], _features[i].Inputs, query);
            }

            newest.Fill(LatestJoin.NotFound);
            return;
        }

        var key = _keys[number];
        key.LastRead = Math.Max(key.LastRead, query);
        if (_features.Length > 0)
        {
            _states.Prepare(key, query);
            var counted = -1;
            for (var i = 0; i < _features.Length; i++)
            {
                var feature = _features[i];
                if (key.Windows is { } windows && feature.Slides && query == windows.LastQuery)
                {
                    values[i] = feature.Column.Finish(windows.Number, query);
                    continue;
                }

                // Few events, what cannot slide, and reads that go back in time are computed from the events: the same bits, since the laws hold.
                counted = counted < 0 ? _scan.Counted(key, query) : counted;
                values[i] = _scan.Compute(key, feature, counted, query);
            }
        }

        for (var i = 0; i < _latest.Length; i++)
        {
            var slot = _scan.Newest(key, query, _latest[i].Condition);
            newest[i] = slot >= 0 && _events.Times[slot] < query - _ttl ? LatestJoin.TooOld : slot;
        }
    }

    /// <summary>Keeps every event of whole histories from now on: what is on disk has no states.</summary>
    public void KeepHistory() => _retention = _features.Any(static f => f.Window is null) ? null : _retention;

    /// <summary>Writes what is kept.</summary>
    public void Save(BinaryWriter writer)
    {
        writer.Write(_arrivals);
        new OnlineViewSnapshot(_table, _keys, _events, _versions).Write(writer);
    }

    /// <summary>Reads what was kept, into a view that keeps nothing yet.</summary>
    public void Load(BinaryReader reader)
    {
        _arrivals = reader.ReadInt64();
        new OnlineViewSnapshot(_table, _keys, _events, _versions).Read(reader);
    }

    /// <summary>Slides every key to a moment and drops what no later read can need.</summary>
    public void Advance(long now)
    {
        foreach (var key in _keys)
        {
            if (key.Windows is { } windows && now > windows.LastQuery)
            {
                _states.Slide(key, now);
            }

            if (_retention is { } retention)
            {
                Drop(key, now, now - retention);
            }
        }

        // Seldom, so that it costs little an event: when about half of what is known counts for no key any more.
        if (_retention is { } kept && _versions is not null && 2L * _gone > _events.Count)
        {
            _versions.Forget(now - kept, now);
            _gone /= 2;
        }
    }

    private bool Ingest(int row)
    {
        var time = _batch.Times[row];
        var counts = time != FeatureTime.Never && (_view.Deleted is null || !_batch.Deleted[row]) && _sourceKeys.TryEncode(row) && Exists(row);
        var hasId = _versions is not null && _ids.TryEncode(row);
        if (!counts && !hasId)
        {
            return false;
        }

        var slot = _events.Add(time, counts ? EventRows.Visible(time, _batch.Available[row], _view.AtEqualTime) : FeatureTime.Never);
        for (var i = 0; i < _events.Inputs.Length; i++)
        {
            _events.Inputs[i][slot] = _batch.Inputs[i][row];
        }

        for (var i = 0; i < _events.Exists.Length; i++)
        {
            _events.Exists[i][slot] = _batch.Exists[i][row];
        }

        if (_events.IsRanked)
        {
            (_events.Ranks[slot], _events.Arrivals[slot]) = (_batch.Ranks[row], _arrivals++);
        }

        for (var i = 0; i < _keptNames.Length; i++)
        {
            if (_batch.Arrays[i] is { } array)
            {
                _events.Kept[i]!.Set(slot, array, row);
            }
            else
            {
                _events.Kept[i]!.Set(slot, _batch.Computed[i]![row]);
            }
        }

        var number = counts ? NumberOf(_sourceKeys.Bytes) : -1;
        var isLate = false;
        if (_versions is not null)
        {
            (_events.Keys[slot], _events.Next[slot], _events.Untils[slot]) = (number, -1, FeatureTime.Never);
            _gone += number < 0 ? 1 : 0;
            isLate = hasId && _versions.Insert(_ids.Bytes, slot) is var before and >= 0 && Replace(before, _versions.AvailableAt(slot));
        }

        if (number >= 0)
        {
            var key = _keys[number];
            key.Insert(slot, _events.Times);
            _states.Insert(key, slot);
            isLate |= _events.CountsAt(slot, _events.Visible[slot]) && _events.Visible[slot] <= key.LastRead;
        }

        return isLate;
    }

    // A version counts until another is available; says whether it was counted by a read since then.
    private bool Replace(int slot, long until)
    {
        var counted = _events.Untils[slot];
        _events.Untils[slot] = until;
        if (_events.Keys[slot] < 0 || counted <= until)
        {
            return false;
        }

        var key = _keys[_events.Keys[slot]];
        _states.Shorten(key, slot, counted);
        return _events.Visible[slot] < counted && Math.Max(until, _events.Visible[slot]) <= key.LastRead;
    }

    private bool Exists(int row)
    {
        var exists = _isUnconditional;
        for (var i = 0; i < _batch.Exists.Length && !exists; i++)
        {
            exists = _batch.Exists[i][row];
        }

        return exists;
    }

    private int NumberOf(ReadOnlySpan<byte> key)
    {
        var number = _table.FindOrAdd(key);
        if (number == _keys.Count)
        {
            _keys.Add(new OnlineKey());
        }

        return number;
    }

    private void Drop(OnlineKey key, long now, long before)
    {
        var slots = key.Slots;
        if (slots.Length == 0 || _events.Times[slots[0]] >= before)
        {
            return;
        }

        Span<int> pinned = stackalloc int[_latest.Length];
        for (var i = 0; i < pinned.Length; i++)
        {
            pinned[i] = _scan.Newest(key, now, _latest[i].Condition);
        }

        var (seen, stays) = (0, 0);
        for (; seen < slots.Length && _events.Times[slots[seen]] < before; seen++)
        {
            // Known to every later read, too old for their windows, and not the newest: the states need it no more.
            if (_events.Visible[slots[seen]] > now || pinned.Contains(slots[seen]))
            {
                if (stays == _stays.Length)
                {
                    System.Array.Resize(ref _stays, 2 * stays);
                }

                _stays[stays++] = slots[seen];
                continue;
            }

            LetGo(key, slots[seen]);
        }

        key.ReplaceFirst(seen, _stays.AsSpan(0, stays));
        _states.Dropped(key, seen - stays);
    }

    private void LetGo(OnlineKey key, int slot)
    {
        foreach (var feature in _features)
        {
            if (feature.Dropped is { } dropped && (feature.Condition < 0 || _events.Exists[feature.Condition][slot]))
            {
                if (key.Dropped < 0)
                {
                    key.Dropped = _dropped++;
                    System.Array.ForEach(_features, f => f.Dropped?.Reset(key.Dropped));
                }

                dropped.Add(key.Dropped, _states.Event(feature, slot));
            }
        }

        // A version stays to be known as such until its event is forgotten.
        if (_versions is null)
        {
            _events.Release(slot);
            return;
        }

        _events.Keys[slot] = -1;
        _gone++;
    }
}
