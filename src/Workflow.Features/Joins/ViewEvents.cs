using Workflow.Features.Views;

namespace Workflow.Features.Joins;

/// <summary>The events of one view: whose they are, when they happened, when they begin to count, and their inputs.</summary>
internal sealed class ViewEvents
{
    private readonly EventTable.Column<int> _keys;
    private readonly EventTable.Column<long> _times;
    private readonly EventTable.Column<long> _available;
    private readonly Dictionary<string, EventTable.Column<double>> _inputs;

    public ViewEvents(FeatureView view, EventTable table)
    {
        View = view;
        Keys = new KeyIndex(view.Entity);
        _keys = table.Share<int>($"keys of {view.Name}", (batch, _, keys) => Keys.Number(batch, keys, add: true));
        _times = table.Share<long>($"time {view.EventTime}", (batch, reader, times) => reader.Times(batch, view.EventTime).AsSpan(0, times.Length).CopyTo(times));
        var rows = new EventRows(view);
        _available = table.Share<long>($"available {view.EventTime}|{view.Availability.Key}", rows.Available);
        _inputs = view.Features.SelectMany(static f => f.Aggregate.Inputs).Distinct(StringComparer.Ordinal).ToDictionary(
            static name => name,
            name => table.Share<double>($"input {(view.Formula(name) is { } formula ? formula.ToString() : name)}", (batch, reader, values) => rows.Input(name, batch, reader, values)));
    }

    public FeatureView View { get; }

    public KeyIndex Keys { get; }

    /// <summary>Gets the events by key, without those that lack a key or a time or are never available.</summary>
    public KeyGroups Groups { get; private set; } = new([], 0);

    public ReadOnlySpan<long> Times => _times.Values;

    public ReadOnlySpan<long> Available => _available.Values;

    public ReadOnlySpan<double> Input(string name) => _inputs[name].Values;

    public void Group(int rows)
    {
        var keys = _keys.Values.AsSpan(0, rows);
        var times = Times;
        var available = Available;
        for (var row = 0; row < rows; row++)
        {
            if (times[row] == FeatureTime.Never || available[row] == FeatureTime.Never)
            {
                keys[row] = KeyIndex.Null;
            }
        }

        Groups = new KeyGroups(keys, Keys.Count);
        _keys.Drop();
    }
}
