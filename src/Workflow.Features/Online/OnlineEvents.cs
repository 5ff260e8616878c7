namespace Workflow.Features.Online;

/// <summary>The retained events of one view, in slots that are reused: columns, so that aggregates read them as they read a replay's. Not thread-safe.</summary>
internal sealed class OnlineEvents
{
    private readonly Stack<int> _free = [];
    private long[] _ranks = [];
    private long[] _arrivals = [];
    private long[] _untils = [];
    private int[] _keys = [];
    private int[] _next = [];
    private int _slots;
    private int _length;

    /// <summary>Prepares the columns.</summary>
    /// <param name="inputs">How many columns aggregates read.</param>
    /// <param name="conditions">How many conditions events fulfil or not.</param>
    /// <param name="kept">How many columns pass through; their types come with <see cref="Kept"/>.</param>
    /// <param name="isVersioned">Whether events have versions.</param>
    public OnlineEvents(int inputs, int conditions, int kept, bool isVersioned)
    {
        (IsRanked, IsVersioned) = (kept > 0 || isVersioned, isVersioned);
        Inputs = [.. Enumerable.Range(0, inputs).Select(static _ => Array.Empty<double>())];
        Exists = [.. Enumerable.Range(0, conditions).Select(static _ => Array.Empty<bool>())];
        Kept = new KeptCells?[kept];
    }

    public bool IsRanked { get; }

    public bool IsVersioned { get; }

    public long[] Times { get; private set; } = [];

    /// <summary>Gets when each event begins to count.</summary>
    public long[] Visible { get; private set; } = [];

    /// <summary>Gets one column an input. The outer array stays the same, its columns are replaced as they grow.</summary>
    public double[][] Inputs { get; }

    /// <summary>Gets one column a condition. The outer array stays the same.</summary>
    public bool[][] Exists { get; }

    /// <summary>Gets the columns that pass through; null until their type is known.</summary>
    public KeptCells?[] Kept { get; }

    /// <summary>Gets what decides between events of the same time and between versions. Only where <see cref="IsRanked"/>.</summary>
    public long[] Ranks => _ranks;

    /// <summary>Gets the order in which events came, which decides last. Only where <see cref="IsRanked"/>.</summary>
    public long[] Arrivals => _arrivals;

    /// <summary>Gets when a later version counts instead. Only where <see cref="IsVersioned"/>.</summary>
    public long[] Untils => _untils;

    /// <summary>Gets the number of each event's key; negative where the event does not count or was let go of. Only where <see cref="IsVersioned"/>.</summary>
    public int[] Keys => _keys;

    /// <summary>Gets the slot of the next version; negative for the last. Only where <see cref="IsVersioned"/>.</summary>
    public int[] Next => _next;

    /// <summary>Gets the number of events held.</summary>
    public int Count => _slots - _free.Count;

    public int Add(long time, long visible)
    {
        if (!_free.TryPop(out var slot))
        {
            slot = _slots++;
            if (slot == _length)
            {
                Grow();
            }
        }

        (Times[slot], Visible[slot]) = (time, visible);
        return slot;
    }

    public void Release(int slot)
    {
        foreach (var kept in Kept)
        {
            kept?.Release(slot);
        }

        _free.Push(slot);
    }

    /// <summary>Says whether an event is the newer one of two: later, or as late and available later, or else come later.</summary>
    public bool IsNewer(int slot, int than) => Times[slot] != Times[than]
        ? Times[slot] > Times[than]
        : _ranks[slot] != _ranks[than] ? _ranks[slot] > _ranks[than] : _arrivals[slot] > _arrivals[than];

    /// <summary>Says whether an event counts at a moment, by every rule but the window.</summary>
    public bool CountsAt(int slot, long query) => Visible[slot] <= query && (!IsVersioned || _untils[slot] > query);

    /// <summary>Makes room in a column whose type has become known.</summary>
    public void Keep(int column, KeptCells cells)
    {
        cells.Reserve(_length);
        Kept[column] = cells;
    }

    private void Grow()
    {
        _length = Math.Max(64, checked(_slots * 2));
        var (times, visible) = (Times, Visible);
        Array.Resize(ref times, _length);
        Array.Resize(ref visible, _length);
        (Times, Visible) = (times, visible);
        for (var i = 0; i < Inputs.Length; i++)
        {
            Array.Resize(ref Inputs[i], _length);
        }

        for (var i = 0; i < Exists.Length; i++)
        {
            Array.Resize(ref Exists[i], _length);
        }

        foreach (var kept in Kept)
        {
            kept?.Reserve(_length);
        }

        if (IsRanked)
        {
            Array.Resize(ref _ranks, _length);
            Array.Resize(ref _arrivals, _length);
        }

        if (IsVersioned)
        {
            Array.Resize(ref _untils, _length);
            Array.Resize(ref _keys, _length);
            Array.Resize(ref _next, _length);
        }
    }
}
