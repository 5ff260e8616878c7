using System.Collections.Immutable;
using Workflow.Features.Aggregation;

namespace Workflow.Features.Views;

/// <summary>Writes a <see cref="FeatureView"/> down, step by step; nothing is computed.</summary>
/// <remarks>Not thread-safe; used where the view is defined.</remarks>
public sealed class FeatureViewBuilder
{
    internal FeatureViewBuilder(string name, string source) => (Name, Source) = (name, source);

    internal string Name { get; }

    internal string Source { get; }

    internal int VersionNumber { get; private set; } = 1;

    internal string? Text { get; private set; }

    internal Entity? Of { get; private set; }

    internal string? Time { get; private set; }

    internal Availability Known { get; private set; } = Availability.AtEventTime;

    internal EqualTimeRule EqualTime { get; private set; }

    internal AvailabilityRule Rule { get; private set; }

    internal TimeSpan? MaxAge { get; private set; }

    internal Expression? Filter { get; private set; }

    internal Dictionary<string, string> KeyColumns { get; } = new(StringComparer.Ordinal);

    internal string? OwnerName { get; private set; }

    internal string? SensitivityLevel { get; private set; }

    internal Dictionary<string, string> TagValues { get; } = new(StringComparer.Ordinal);

    internal List<EntityKey> IdColumns { get; } = [];

    internal string? DeletedColumn { get; private set; }

    internal TimeSpan? Lateness { get; private set; }

    internal List<LatestFeature> LatestFeatures { get; } = [];

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
    /// <param name="availability">The moment.</param>
    /// <param name="rule">What it decides.</param>
    public FeatureViewBuilder AvailableAt(Availability availability, AvailabilityRule rule = AvailabilityRule.Enforce)
    {
        ArgumentNullException.ThrowIfNull(availability);
        (Known, Rule) = (availability, rule);
        return this;
    }

    /// <summary>Limits how old the newest row may be for <see cref="Latest"/>, counted from the query's time with both ends included.</summary>
    /// <param name="ttl">A microsecond to 100 years; null for no limit. Feast's 0 is null here.</param>
    public FeatureViewBuilder TimeToLive(TimeSpan? ttl)
    {
        if (ttl is { } limit)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(limit, TimeSpan.FromMicroseconds(1), nameof(ttl));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, Duration.Longest, nameof(ttl));
        }

        MaxAge = ttl;
        return this;
    }

    /// <summary>Leaves out source rows that do not fulfil a condition.</summary>
    /// <param name="condition">For example <c>fare > 0</c>. Where it is null, the row is left out.</param>
    public FeatureViewBuilder Where(string condition)
    {
        Filter = Expression.Parse(condition);
        return this;
    }

    /// <summary>Says that the source names a key column otherwise than the entity.</summary>
    /// <param name="key">The entity's name.</param>
    /// <param name="column">The source's.</param>
    public FeatureViewBuilder KeyColumn(string key, string column)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        ArgumentException.ThrowIfNullOrWhiteSpace(column);
        KeyColumns[key] = column;
        return this;
    }

    /// <summary>Adds a column of the newest row.</summary>
    /// <param name="name">The feature's name.</param>
    /// <param name="column">The source's or a derived column.</param>
    /// <param name="where">A condition on source rows; null for every row.</param>
    public FeatureViewBuilder Latest(string name, string column, string? where = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentException.ThrowIfNullOrWhiteSpace(column);
        LatestFeatures.Add(new LatestFeature(name, column, where is null ? null : Expression.Parse(where)));
        return this;
    }

    /// <summary>Adds an aggregate under a name of its own.</summary>
    /// <param name="feature">With its name, window and condition.</param>
    public FeatureViewBuilder Feature(WindowedFeature feature)
    {
        ArgumentNullException.ThrowIfNull(feature);
        ArgumentNullException.ThrowIfNull(feature.Aggregate, nameof(feature));
        if (feature.Window is { } window)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(window, TimeSpan.FromMicroseconds(1), nameof(feature));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(window, Duration.Longest, nameof(feature));
        }

        Features.Add(feature);
        return this;
    }

    /// <summary>Names a column that identifies an event: rows of the same id are versions of it, of which the one available last counts. Called once a column.</summary>
    /// <param name="column">A column of the source.</param>
    /// <param name="type">Its type.</param>
    public FeatureViewBuilder EventId(string column, EntityKeyType type = EntityKeyType.String)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(column);
        IdColumns.Add(new EntityKey(column, type));
        return this;
    }

    /// <summary>Names the column that is true where a version deletes its event. Needs <see cref="EventId"/>.</summary>
    /// <param name="column">A boolean or number, source or derived; null and 0 do not delete.</param>
    public FeatureViewBuilder Deleted(string column)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(column);
        DeletedColumn = column;
        return this;
    }

    /// <summary>Leaves out rows that are available later than their event time and this: as if they had never come. Not with <see cref="AvailabilityRule.TiesOnly"/>.</summary>
    /// <param name="lateness">0 to 100 years.</param>
    public FeatureViewBuilder AllowedLateness(TimeSpan lateness)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lateness, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lateness, Duration.Longest);
        Lateness = lateness;
        return this;
    }

    /// <summary>Says who answers for the view. No part of its meaning.</summary>
    /// <param name="owner">A person or a team.</param>
    /// <param name="sensitivity">How sensitive the values are, in the host's own words; null for not said.</param>
    public FeatureViewBuilder OwnedBy(string owner, string? sensitivity = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(owner);
        (OwnerName, SensitivityLevel) = (owner, sensitivity);
        return this;
    }

    /// <summary>Files the view under a tag. No part of its meaning.</summary>
    /// <param name="name">The tag.</param>
    /// <param name="value">Its value; may be empty.</param>
    public FeatureViewBuilder Tag(string name, string value)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(value);
        TagValues[name] = value;
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
            ArgumentOutOfRangeException.ThrowIfGreaterThan(window, Duration.Longest, nameof(windows));
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
        var names = Features.Select(static f => f.Name).Concat(LatestFeatures.Select(static f => f.Name)).ToList();
        foreach (var name in names.Concat(DerivedColumns.Select(static d => d.Name)).Prepend(Name).Where(static n => !DefinitionName.IsValid(n)))
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

        if (names.Count == 0)
        {
            faults.Add("no feature: call Latest, Windowed or AllHistory");
        }

        faults.AddRange(names.GroupBy(static n => n).Where(static g => g.Count() > 1).Select(static g => $"feature '{g.Key}' is defined {g.Count()} times"));
        faults.AddRange(DerivedColumns.GroupBy(static d => d.Name).Where(static g => g.Count() > 1).Select(static g => $"column '{g.Key}' is derived {g.Count()} times"));
        faults.AddRange(KeyColumns.Keys.Where(k => Of is not null && Of.Keys.All(e => e.Name != k)).Select(k => $"a column is named for the key '{k}', which entity '{Of!.Name}' does not have"));
        faults.AddRange(IdColumns.GroupBy(static c => c.Name).Where(static g => g.Count() > 1).Select(static g => $"column '{g.Key}' is {g.Count()} times part of the event id"));
        if (DeletedColumn is not null && IdColumns.Count == 0)
        {
            faults.Add($"column '{DeletedColumn}' deletes events, but none has an id: call EventId");
        }

        if (Lateness is not null && Rule == AvailabilityRule.TiesOnly)
        {
            faults.Add("an allowed lateness is about availability, which TiesOnly does not enforce");
        }

        var derived = DerivedColumns.Select(static d => d.Name).ToImmutableHashSet();
        faults.AddRange(DerivedColumns.SelectMany(d => d.Formula.Columns.Where(derived.Contains).Select(c => $"derived column '{d.Name}' reads derived column '{c}': formulas read source columns only")));
        return faults.Count == 0
            ? new FeatureView(this)
            : throw new InvalidOperationException($"Feature view '{Name}' cannot be built: {string.Join("; ", faults)}.");
    }
}
