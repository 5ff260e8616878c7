using System.Numerics;
using System.Runtime.CompilerServices;
using Apache.Arrow;
using Workflow.Features.Views;

namespace Workflow.Features.Joins;

/// <summary>The events of one view's part whose newest rows are wanted: each batch is offered to the queries as it comes, and only the wanted columns are kept.</summary>
internal sealed class NewestEvents
{
    private readonly FeatureView _view;
    private readonly EventRows _rows;
    private readonly Dictionary<string, EventTable.KeptColumn> _kept;
    private readonly long _delay;
    private readonly bool _isPlain;
    private NewestSlots? _slots;
    private NewestParts<PlainEvent>? _plain;
    private NewestParts<RankedEvent>? _ranked;
    private ViewJoin.Queries? _queries;
    private int[] _keys = [];
    private long[] _available = [];
    private long[] _ranks = [];
    private bool[] _exists = [];
    private PlainEvent[] _plainEvents = [];
    private RankedEvent[] _rankedEvents = [];

    public NewestEvents(ViewPart part, EventTable table)
    {
        (Part, _view) = (part, part.View.View);
        (_rows, Keys) = (new EventRows(_view), new KeyIndex(_view.Entity));
        _kept = part.View.Latest.Select(static f => f.Column).Distinct(StringComparer.Ordinal).ToDictionary(
            static name => name,
            name => _view.Formula(name) is { } formula ? table.Keep(formula.ToString(), formula) : table.Keep(name, null));

        // Where every event is known the same time after it happened, its time says it all.
        var rule = _view.Availability;
        _isPlain = (rule.Column is null || rule.Column == _view.EventTime) && rule.Seconds is null && _view.AllowedLateness is null;
        _delay = Math.Max(_view.AvailabilityRule == AvailabilityRule.TiesOnly ? 0 : FeatureTime.Microseconds(rule.Delay), _view.AtEqualTime == EqualTimeRule.Before ? 1 : 0);
    }

    public ViewPart Part { get; }

    /// <summary>Gets the keys that are asked for; events of others are passed over.</summary>
    public KeyIndex Keys { get; }

    /// <summary>Gives a column whose values pass through: its type, and its arrays in the order of the source.</summary>
    public EventTable.KeptColumn Kept(string name) => _kept[name];

    /// <summary>Says what is asked, before the first batch.</summary>
    /// <param name="queries">With key numbers of <see cref="Keys"/>.</param>
    public void Ask(ViewJoin.Queries queries)
    {
        _queries = queries;
        var keys = queries.Keys;
        for (var row = 0; row < keys.Length; row++)
        {
            keys[row] = queries.Times[row] == FeatureTime.Never ? KeyIndex.Null : keys[row];
        }

        var labels = new LabelSlots(keys, Keys.Count, queries.Times);
        _slots = new NewestSlots(labels, !_isPlain);
        (_plain, _ranked) = (new NewestParts<PlainEvent>(_slots, labels, _delay), new NewestParts<RankedEvent>(_slots, labels, _delay));
    }

    /// <summary>Offers the events of a batch.</summary>
    public async Task ReadAsync(RecordBatch batch, ColumnReader reader, int firstRow)
    {
        if (batch.Length == 0)
        {
            return;
        }

        if (_isPlain)
        {
            if (TryReadRuns(batch, reader, firstRow))
            {
                return;
            }

            var number = ReadPlain(batch, reader, firstRow);
            await _plain!.AddAsync(_plainEvents.AsMemory(0, number), _queries!).ConfigureAwait(false);
        }
        else
        {
            var number = ReadRanked(batch, reader, firstRow);
            await _ranked!.AddAsync(_rankedEvents.AsMemory(0, number), _queries!).ConfigureAwait(false);
        }
    }

    /// <summary>Gives, for each output row, the event's row in its source, or a negative number of <see cref="LatestJoin"/>.</summary>
    public async Task<int[]> FinishAsync()
    {
        await _plain!.FlushAsync(_queries!).ConfigureAwait(false);
        await _ranked!.FlushAsync(_queries!).ConfigureAwait(false);
        (_plain, _ranked, _plainEvents, _rankedEvents) = (null, null, [], []);
        var winners = GC.AllocateUninitializedArray<int>(_queries!.Keys.Length);
        winners.AsSpan().Fill(LatestJoin.NotFound);
        _slots!.Finish(_view.TimeToLive is { } ttl ? FeatureTime.Microseconds(ttl) : null, winners);
        (_slots, _queries) = (null, null);
        return winners;
    }

    // Where rows of one key mostly come together, the rows are not copied.
    private bool TryReadRuns(RecordBatch batch, ColumnReader reader, int firstRow)
    {
        var keys = KeysOf(batch, reader);
        if (8L * Runs(keys) > keys.Length)
        {
            return false;
        }

        _slots!.AddRuns(keys, reader.Times(batch, _view.EventTime).AsSpan(0, keys.Length), firstRow, _delay);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Runs(ReadOnlySpan<int> keys)
    {
        var (runs, equal, row) = (1, Vector<int>.Zero, 1);
        for (; row <= keys.Length - Vector<int>.Count; row += Vector<int>.Count)
        {
            equal -= Vector.Equals(new Vector<int>(keys[row..]), new Vector<int>(keys[(row - 1)..]));
        }

        runs += row - 1 - Vector.Sum(equal);
        for (; row < keys.Length; row++)
        {
            runs += keys[row] != keys[row - 1] ? 1 : 0;
        }

        return runs;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int ReadPlain(RecordBatch batch, ColumnReader reader, int firstRow)
    {
        Reserve(ref _plainEvents, batch.Length);
        var keys = _keys.AsSpan(0, batch.Length);
        var times = reader.Times(batch, _view.EventTime).AsSpan(0, batch.Length);
        var events = _plainEvents.AsSpan(0, batch.Length);
        var count = 0;
        for (var row = 0; row < keys.Length; row++)
        {
            if (keys[row] >= 0 && times[row] != FeatureTime.Never)
            {
                events[count++] = new PlainEvent(times[row], keys[row], firstRow + row);
            }
        }

        return count;
    }

    private int ReadRanked(RecordBatch batch, ColumnReader reader, int firstRow)
    {
        Reserve(ref _rankedEvents, batch.Length);
        Reserve(ref _available, batch.Length);
        var keys = KeysOf(batch, reader);
        var times = reader.Times(batch, _view.EventTime);
        var available = _available.AsSpan(0, keys.Length);
        _rows.Available(batch, reader, available);
        var ranks = available;
        if (_view.AvailabilityRule == AvailabilityRule.TiesOnly)
        {
            Reserve(ref _ranks, batch.Length);
            ranks = _ranks.AsSpan(0, keys.Length);
            _rows.Ranks(batch, reader, ranks);
        }

        var count = 0;
        for (var row = 0; row < keys.Length; row++)
        {
            if (keys[row] >= 0 && times[row] != FeatureTime.Never && available[row] != FeatureTime.Never)
            {
                _rankedEvents[count++] = new RankedEvent(times[row], keys[row], firstRow + row)
                {
                    Rank = ranks[row],
                    VisibleFrom = EventRows.Visible(times[row], available[row], _view.AtEqualTime),
                };
            }
        }

        return count;
    }

    // The key of each row, negative where the row does not exist for the view.
    private Span<int> KeysOf(RecordBatch batch, ColumnReader reader)
    {
        Reserve(ref _keys, batch.Length);
        var keys = _keys.AsSpan(0, batch.Length);
        Keys.Number(batch, keys, add: false, _view);
        if (_view.Filter is not null || Part.Where is not null)
        {
            Reserve(ref _exists, batch.Length);
            _rows.Exists(Part.Where, batch, reader, _exists.AsSpan(0, batch.Length));
            for (var row = 0; row < keys.Length; row++)
            {
                keys[row] = _exists[row] ? keys[row] : KeyIndex.Null;
            }
        }

        return keys;
    }

    private static void Reserve<T>(ref T[] array, int length)
    {
        if (array.Length < length)
        {
            array = GC.AllocateUninitializedArray<T>(length);
        }
    }
}
