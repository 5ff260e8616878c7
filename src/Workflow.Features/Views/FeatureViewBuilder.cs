using System.Collections.Immutable;
using Workflow.Features.Aggregation;

namespace Workflow.Features.Views;

/// <summary>Writes a <see cref="FeatureView"/> down, step by step; nothing is computed.</summary>
/// <remarks>Not thread-safe; used where the view is defined.</remarks>
public sealed class FeatureViewBuilder
{
    private static readonly TimeSpan MaxWindow = TimeSpan.FromDays(36_525);

    internal FeatureViewBuilder(string name, string source) => (Name, Source) = (name, source);

    internal string Name { get; }

    internal string Source { get; }

    internal int VersionNumber { get; private set; } = 1;

    internal string? Text { get; private set; }

    internal Entity? Of { get; private set; }

    internal string? Time { get; private set; }

    internal Availability Known { get; private set; } = Availability.AtEventTime;

    internal EqualTimeRule EqualTime { get; private set; }

    internal List<DerivedColumn> DerivedColumns { get; } = [];

    internal List<WindowedFeature> Features { get; } = [];

    /// <summary>Says what the features describe. An entity keyed by one text column of its own name is written <c>.Entity("origin")</c>.</summary>
    /// <param name="name">The entity's name.</param>
    /// <param name="textKeys">Its text key columns; none for one named like the entity.</param>
    public FeatureViewBuilder Entity(string name, params string[] textKeys)
    {
        ArgumentNullException.ThrowIfNull(textKeys);
        return Entity(new Entity(name, [.. (textKeys.Length == 0 ? [name] : textKeys).Select(static k => new EntityKey(k))]));
    }

    /// <summary>Says what the features describe.</summary>
    /// <param name="entity">With its keys and their types.</param>
    public FeatureViewBuilder Entity(Entity entity)
    {
        ArgumentNullException.ThrowIfNull(entity);
        Of = entity;
        return this;
    }

    /// <summary>Names the column with the event time.</summary>
    /// <param name="column">A timestamp; rows where it is null are left out.</param>
    /// <param name="atEqualTime">Whether an event at exactly the query time counts.</param>
    public FeatureViewBuilder EventTime(string column, EqualTimeRule atEqualTime = EqualTimeRule.Before)
    {
        (Time, EqualTime) = (column, atEqualTime);
        return this;
    }

    /// <summary>Says when an event can be known. Without it: at its event time.</summary>
    /// <param name="availability">The rule.</param>
    public FeatureViewBuilder AvailableAt(Availability availability)
    {
        ArgumentNullException.ThrowIfNull(availability);
        Known = availability;
        return this;
    }

    /// <summary>Adds a column computed from each source row.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="formula">For example <c>delay > 15</c>.</param>
    public FeatureViewBuilder Derive(string name, string formula)
    {
        DerivedColumns.Add(new DerivedColumn(name, Expression.Parse(formula)));
        return this;
    }

    /// <summary>Adds one feature for each window, named <c>{name}_{window}</c>: <c>flights_1h</c>, <c>flights_7d</c>.</summary>
    /// <param name="name">The beginning of the features' names. A window is written in the largest whole unit: 24 hours are <c>1d</c>.</param>
    /// <param name="aggregate">What is computed.</param>
    /// <param name="windows">At least one; a microsecond to 100 years.</param>
    public FeatureViewBuilder Windowed(string name, Aggregate aggregate, params TimeSpan[] windows)
    {
        ArgumentNullException.ThrowIfNull(aggregate);
        ArgumentNullException.ThrowIfNull(windows);
        ArgumentOutOfRangeException.ThrowIfZero(windows.Length, nameof(windows));
        foreach (var window in windows)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(window, TimeSpan.FromMicroseconds(1), nameof(windows));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(window, MaxWindow, nameof(windows));
            Features.Add(new WindowedFeature($"{name}_{FeatureTime.Text(window)}", aggregate, window));
        }

        return this;
    }

    /// <summary>Adds one feature over the whole history.</summary>
    /// <param name="name">The feature's name.</param>
    /// <param name="aggregate">What is computed.</param>
    public FeatureViewBuilder AllHistory(string name, Aggregate aggregate)
    {
        ArgumentNullException.ThrowIfNull(aggregate);
        Features.Add(new WindowedFeature(name, aggregate, null));
        return this;
    }

    /// <summary>Numbers and describes the definition, for people.</summary>
    /// <param name="version">1 or more; raise it with every change of meaning.</param>
    /// <param name="description">What the view is for.</param>
    public FeatureViewBuilder Describe(int version, string? description = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(version, 1);
        (VersionNumber, Text) = (version, description);
        return this;
    }

    /// <summary>Ends the definition.</summary>
    /// <exception cref="InvalidOperationException">The definition is incomplete or contradicts itself; every fault is listed.</exception>
    public FeatureView Build()
    {
        var faults = new List<string>();
        foreach (var name in Features.Select(static f => f.Name).Concat(DerivedColumns.Select(static d => d.Name)).Prepend(Name).Where(static n => !DefinitionName.IsValid(n)))
        {
            faults.Add($"the name '{name}' is not {DefinitionName.Rule}");
        }

        if (Of is null)
        {
            faults.Add("no entity: call Entity");
        }

        if (string.IsNullOrWhiteSpace(Time))
        {
            faults.Add("no event time: call EventTime");
        }

        if (Features.Count == 0)
        {
            faults.Add("no feature: call Windowed or AllHistory");
        }

        faults.AddRange(Features.GroupBy(static f => f.Name).Where(static g => g.Count() > 1).Select(static g => $"feature '{g.Key}' is defined {g.Count()} times"));
        faults.AddRange(DerivedColumns.GroupBy(static d => d.Name).Where(static g => g.Count() > 1).Select(static g => $"column '{g.Key}' is derived {g.Count()} times"));
        var derived = DerivedColumns.Select(static d => d.Name).ToImmutableHashSet();
        faults.AddRange(DerivedColumns.SelectMany(d => d.Formula.Columns.Where(derived.Contains).Select(c => $"derived column '{d.Name}' reads derived column '{c}': formulas read source columns only")));
        return faults.Count == 0
            ? new FeatureView(this)
            : throw new InvalidOperationException($"Feature view '{Name}' cannot be built: {string.Join("; ", faults)}.");
    }
}
