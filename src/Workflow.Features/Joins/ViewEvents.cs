using System.Collections;
using Workflow.Features.Views;

namespace Workflow.Features.Joins;

/// <summary>The events of one view's part: whose they are, when they happened, when they begin to count, and their inputs.</summary>
internal sealed class ViewEvents
{
    private readonly EventTable.Column<int> _keys;
    private readonly EventTable.Column<long> _times;
    private readonly EventTable.Column<long> _available;
    private readonly EventTable.Column<long>? _ranks;
    private readonly EventTable.Column<bool>? _exists;
    private readonly Dictionary<string, EventTable.Column<double>> _inputs;
    private readonly Dictionary<string, EventTable.KeptColumn> _kept;
    private readonly KeyIndex? _events;
    private readonly EventTable.Column<int>? _ids;
    private readonly EventTable.Column<bool>? _deleted;
    private long[]? _untils;
    private BitArray? _superseded;

    public ViewEvents(ViewPart part, EventTable table)
    {
        var view = part.View.View;
        (Part, View) = (part, view);
        Keys = new KeyIndex(view.Entity);
        _keys = table.Share<int>($"keys of {view.Name} where {part.Where}", (batch, _, keys) => Keys.Number(batch, keys, add: false, view));
        _times = table.Share<long>($"time {view.EventTime}", (batch, reader, times) => reader.Times(batch, view.EventTime).AsSpan(0, times.Length).CopyTo(times));
        var rows = new EventRows(view);
        var known = $"{view.EventTime}|{view.Availability.Key}";
        _available = table.Share<long>(view.AvailabilityRule == AvailabilityRule.TiesOnly ? "always available" : $"available {known} within {view.AllowedLateness}", rows.Available);
        _ranks = part.View.Latest.IsEmpty && view.EventId.IsEmpty ? null : table.Share<long>($"rank {known}", rows.Ranks);
        _exists = view.Filter is null && part.Where is null
            ? null
            : table.Share<bool>($"exists {view.Filter} and {part.Where}", (batch, reader, exists) => rows.Exists(part.Where, batch, reader, exists));
        if (!view.EventId.IsEmpty)
        {
            var events = new KeyIndex(new Entity("event id", view.EventId));
            _events = events;
            _ids = table.Share<int>($"ids of {view.Name} where {part.Where}", (batch, _, ids) => events.Number(batch, ids, add: true));
            _deleted = view.Deleted is null ? null : table.Share<bool>($"deleted {view.Formula(view.Deleted)?.ToString() ?? view.Deleted}", rows.Deleted);
        }

        _inputs = part.View.Features.SelectMany(static f => f.Aggregate.Inputs).Distinct(StringComparer.Ordinal).ToDictionary(
            static name => name,
            name => table.Share<double>($"input {(view.Formula(name) is { } formula ? formula.ToString() : name)}", (batch, reader, values) => rows.Input(name, batch, reader, values)));
        _kept = part.View.Latest.Select(static f => f.Column).Distinct(StringComparer.Ordinal).ToDictionary(
            static name => name,
            name => view.Formula(name) is { } formula ? table.Keep(formula.ToString(), formula) : table.Keep(name, null));
    }

    public ViewPart Part { get; }

    public FeatureView View { get; }

    public KeyIndex Keys { get; }

    /// <summary>Gets the events by key, without those that lack a key or a time, do not exist, or are never available.</summary>
    public KeyGroups Groups { get; private set; } = new([], 0);

    public ReadOnlySpan<long> Times => _times.Values;

    public ReadOnlySpan<long> Available => _available.Values;

    /// <summary>Gets what decides between events of the same time and between versions. Only where there is a column of the newest row or an event id.</summary>
    public ReadOnlySpan<long> Ranks => _ranks!.Values;

    /// <summary>Says whether rows of a key count for a while only, because a later version of their event comes.</summary>
    public bool HasSuperseded(int key) => _superseded?[key] == true;

    /// <summary>Gets whether any row may count for a while only.</summary>
    public bool AnySuperseded => _superseded is not null;

    /// <summary>Gives the moment from which a row counts no more; <see cref="FeatureTime.Never"/> for most.</summary>
    public long Until(int row) => _untils?[row] ?? FeatureTime.Never;

    public ReadOnlySpan<double> Input(string name) => _inputs[name].Values;

    /// <summary>Gives a column whose values pass through: its type, and its arrays in the order of the source.</summary>
    public EventTable.KeptColumn Kept(string name) => _kept[name];

    public void Group(int rows)
    {
        var keys = _keys.Values.AsSpan(0, rows);
        var times = Times;
        var available = Available;
        for (var row = 0; row < rows; row++)
        {
            if (times[row] == FeatureTime.Never || available[row] == FeatureTime.Never || _exists?.Values[row] == false || _deleted?.Values[row] == true)
            {
                keys[row] = KeyIndex.Null;
            }
        }

        if (_ids is not null)
        {
            Supersede(keys);
            _ids.Drop();
        }

        Groups = new KeyGroups(keys, Keys.Count);
        _keys.Drop();
    }

    // What a later version replaces before it begins to count is left out; what it replaces afterwards makes its key one of versions.
    private void Supersede(Span<int> keys)
    {
        var untils = EventVersions.Untils(_ids!.Values.AsSpan(0, keys.Length), _events!.Count, Available, Ranks);
        for (var row = 0; row < keys.Length; row++)
        {
            if (keys[row] < 0 || untils[row] == FeatureTime.Never)
            {
                continue;
            }

            if (EventRows.Visible(Times[row], Available[row], View.AtEqualTime) >= untils[row])
            {
                keys[row] = KeyIndex.Null;
                continue;
            }

            (_superseded ??= new BitArray(Keys.Count))[keys[row]] = true;
        }

        _untils = _superseded is null ? null : untils;
    }
}
