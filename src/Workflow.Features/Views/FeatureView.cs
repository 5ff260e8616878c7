using System.Collections.Immutable;
using System.Text.Json;
using Workflow.Data.Storage;

namespace Workflow.Features.Views;

/// <summary>Features of one entity from one source of events: a definition, which is data. Immutable.</summary>
/// <remarks>
/// An event counts for a query at q when its event time is in the feature's window <c>[q − W, q)</c> and it is available at or before q.
/// Without <see cref="EventId"/>, every row is an event, and equal events count each. With it, rows of the same id are versions of one
/// event: at q the one counts that is available by then with the greatest availability, the last of the source where they are equal; if
/// it is a deleted one, none does. A version may change everything, the key and the time included, and versions are told apart before any
/// condition is asked: a correction that no longer fulfils a condition takes the event away.
/// The digest covers everything that decides a value, and nothing else.
/// </remarks>
public sealed class FeatureView
{
    internal FeatureView(FeatureViewBuilder builder)
    {
        (Name, Source, Version, Description) = (builder.Name, builder.Source, builder.VersionNumber, builder.Text);
        (Entity, EventTime, Availability, AtEqualTime) = (builder.Of!, builder.Time!, builder.Known, builder.EqualTime);
        (AvailabilityRule, TimeToLive, Filter, KeyColumns) = (builder.Rule, builder.MaxAge, builder.Filter, builder.KeyColumns.ToImmutableSortedDictionary(StringComparer.Ordinal));
        (Owner, Sensitivity, Tags, Latest) = (builder.OwnerName, builder.SensitivityLevel, builder.TagValues.ToImmutableSortedDictionary(StringComparer.Ordinal), [.. builder.LatestFeatures]);
        (Derived, Features) = ([.. builder.DerivedColumns], [.. builder.Features]);
        (EventId, Deleted, AllowedLateness) = ([.. builder.IdColumns], builder.DeletedColumn, builder.Lateness);
        CanonicalJson = CanonicalDefinition.Of(Write);
        Digest = ContentDigest.Of(System.Text.Encoding.UTF8.GetBytes(CanonicalJson));
    }

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets the name of the table of events, which a host binds to a table.</summary>
    public string Source { get; private set; }

    /// <summary>Gets the version that people count. Not part of the digest.</summary>
    public int Version { get; }

    /// <summary>Gets what the view is for. Not part of the digest.</summary>
    public string? Description { get; }

    /// <summary>Gets what the features describe.</summary>
    public Entity Entity { get; }

    /// <summary>Gets the source's column with the event time.</summary>
    public string EventTime { get; }

    /// <summary>Gets when an event can be known.</summary>
    public Availability Availability { get; private set; }

    /// <summary>Gets whether an event at exactly the query time counts.</summary>
    public EqualTimeRule AtEqualTime { get; }

    /// <summary>Gets what the availability decides.</summary>
    public AvailabilityRule AvailabilityRule { get; }

    /// <summary>Gets how old the newest row may be at the query, both ends included, for <see cref="Latest"/>; null for no limit. Windows have ends of their own.</summary>
    public TimeSpan? TimeToLive { get; }

    /// <summary>Gets the condition on source rows: those that do not fulfil it do not exist for this view. Null for every row.</summary>
    public Expression? Filter { get; }

    /// <summary>Gets the source's names of key columns, by the entity's names, where they differ.</summary>
    public ImmutableSortedDictionary<string, string> KeyColumns { get; }

    /// <summary>Gets the source's columns that identify an event, so that rows can correct, delete and repeat it; none where every row is an event. A row with a null in any of them is an event of its own.</summary>
    public ImmutableArray<EntityKey> EventId { get; }

    /// <summary>Gets the column, source or derived, that is true where a version says that its event is deleted; null where none is.</summary>
    public string? Deleted { get; }

    /// <summary>Gets how much later than its event time a row may be available: later ones do not exist, offline and online alike. Null for any time.</summary>
    public TimeSpan? AllowedLateness { get; }

    /// <summary>Gets who answers for the view. Not part of the digest.</summary>
    public string? Owner { get; }

    /// <summary>Gets how sensitive the values are, in the host's own words. Not part of the digest.</summary>
    public string? Sensitivity { get; }

    /// <summary>Gets what the view is filed under. Not part of the digest.</summary>
    public ImmutableSortedDictionary<string, string> Tags { get; }

    /// <summary>Gets the columns computed from each source row.</summary>
    public ImmutableArray<DerivedColumn> Derived { get; }

    /// <summary>Gets the columns of the newest row, in order.</summary>
    public ImmutableArray<LatestFeature> Latest { get; }

    /// <summary>Gets the aggregates, in order.</summary>
    public ImmutableArray<WindowedFeature> Features { get; }

    /// <summary>Gets the definition as canonical JSON: sorted members, no spaces.</summary>
    public string CanonicalJson { get; }

    /// <summary>Gets the digest of <see cref="CanonicalJson"/>.</summary>
    public ContentDigest Digest { get; }

    /// <summary>Begins a definition.</summary>
    /// <param name="name">1 to 63 lower-case letters, digits and underscores, beginning with a letter.</param>
    /// <param name="source">The name of the table of events.</param>
    public static FeatureViewBuilder Define(string name, string source)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
        return new FeatureViewBuilder(name, source);
    }

    /// <summary>Gives the name and version.</summary>
    public override string ToString() => $"{Name}@{Version}";

    /// <summary>Gives the formula of a derived column, or null for a source column.</summary>
    internal Expression? Formula(string column) => Derived.FirstOrDefault(d => d.Name == column)?.Formula;

    /// <summary>Gets the names of all features: <see cref="Features"/>, then <see cref="Latest"/>.</summary>
    internal IEnumerable<string> FeatureNames => Features.Select(static f => f.Name).Concat(Latest.Select(static f => f.Name));

    /// <summary>Gets every condition on source rows.</summary>
    internal IEnumerable<Expression> Conditions => Features.Select(static f => f.Where).Concat(Latest.Select(static f => f.Where)).Append(Filter).OfType<Expression>();

    /// <summary>Gives a view that takes its events from another source, for known at other moments: to ask what would have been. Its digest stays.</summary>
    internal FeatureView Supposing(string source, Availability availability)
    {
        var copy = (FeatureView)MemberwiseClone();
        (copy.Source, copy.Availability) = (source, availability);
        return copy;
    }

    /// <summary>Gives the source's name of a key column.</summary>
    internal string KeyColumn(EntityKey key) => KeyColumns.GetValueOrDefault(key.Name, key.Name);

    // A member that has its default is left out where the first version of a definition did not have it: digests stay.
    private void Write(Utf8JsonWriter writer)
    {
        writer.WriteString("at_equal_time", AtEqualTime == EqualTimeRule.Before ? "before" : "include");
        if (AvailabilityRule == AvailabilityRule.TiesOnly)
        {
            writer.WriteString("availability", "ties_only");
        }

        Availability.Write(writer);
        writer.WriteStartObject("derived");
        foreach (var column in Derived.OrderBy(static d => d.Name, StringComparer.Ordinal))
        {
            writer.WriteString(column.Name, column.Formula.ToString());
        }

        writer.WriteEndObject();
        writer.WriteStartObject("entity");
        writer.WriteStartArray("keys");
        foreach (var key in Entity.Keys)
        {
            writer.WriteStartObject();
            writer.WriteString("name", key.Name);
            writer.WriteString("type", EntityKeyTypeName.Of(key.Type));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("name", Entity.Name);
        writer.WriteEndObject();
        writer.WriteString("event_time", EventTime);
        writer.WriteStartObject("features");
        foreach (var feature in Features.OrderBy(static f => f.Name, StringComparer.Ordinal))
        {
            Write(writer, feature);
        }

        writer.WriteEndObject();
        WriteLater(writer);
        writer.WriteString("name", Name);
        writer.WriteString("source", Source);
    }

    private void WriteLater(Utf8JsonWriter writer)
    {
        if (AllowedLateness is { } lateness)
        {
            writer.WriteString("allowed_lateness", FeatureTime.Text(lateness));
        }

        if (Deleted is not null)
        {
            writer.WriteString("deleted", Deleted);
        }

        if (!EventId.IsEmpty)
        {
            writer.WriteStartArray("event_id");
            foreach (var column in EventId)
            {
                writer.WriteStartObject();
                writer.WriteString("name", column.Name);
                writer.WriteString("type", EntityKeyTypeName.Of(column.Type));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        if (Filter is not null)
        {
            writer.WriteString("filter", Filter.ToString());
        }

        if (!KeyColumns.IsEmpty)
        {
            writer.WriteStartObject("key_columns");
            foreach (var (key, column) in KeyColumns)
            {
                writer.WriteString(key, column);
            }

            writer.WriteEndObject();
        }

        if (!Latest.IsEmpty)
        {
            writer.WriteStartObject("latest");
            foreach (var feature in Latest.OrderBy(static f => f.Name, StringComparer.Ordinal))
            {
                writer.WriteStartObject(feature.Name);
                writer.WriteString("column", feature.Column);
                if (feature.Where is not null)
                {
                    writer.WriteString("where", feature.Where.ToString());
                }

                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        if (TimeToLive is { } ttl)
        {
            writer.WriteString("ttl", FeatureTime.Text(ttl));
        }
    }

    private static void Write(Utf8JsonWriter writer, WindowedFeature feature)
    {
        writer.WriteStartObject(feature.Name);
        writer.WriteString("aggregate", feature.Aggregate.Name);
        writer.WriteStartArray("inputs");
        foreach (var input in feature.Aggregate.Inputs)
        {
            writer.WriteStringValue(input);
        }

        writer.WriteEndArray();
        writer.WriteStartObject("parameters");
        foreach (var (name, value) in feature.Aggregate.Parameters.OrderBy(static p => p.Key, StringComparer.Ordinal))
        {
            writer.WriteString(name, value);
        }

        writer.WriteEndObject();
        if (feature.Where is not null)
        {
            writer.WriteString("where", feature.Where.ToString());
        }

        if (feature.Window is { } window)
        {
            writer.WriteString("window", FeatureTime.Text(window));
        }

        writer.WriteEndObject();
    }
}
