using System.Collections.Immutable;
using System.Text.Json;
using Workflow.Data.Storage;

namespace Workflow.Features.Views;

/// <summary>Features of one entity from one source of events: a definition, which is data. Immutable.</summary>
/// <remarks>
/// An event counts for a query at q when its event time is in the feature's window <c>[q − W, q)</c> and it is available at or before q.
/// Equal events count each. The digest covers everything that decides a value, and nothing else.
/// </remarks>
public sealed class FeatureView
{
    internal FeatureView(FeatureViewBuilder builder)
    {
        (Name, Source, Version, Description) = (builder.Name, builder.Source, builder.VersionNumber, builder.Text);
        (Entity, EventTime, Availability, AtEqualTime) = (builder.Of!, builder.Time!, builder.Known, builder.EqualTime);
        (Derived, Features) = ([.. builder.DerivedColumns], [.. builder.Features]);
        CanonicalJson = CanonicalDefinition.Of(Write);
        Digest = ContentDigest.Of(System.Text.Encoding.UTF8.GetBytes(CanonicalJson));
    }

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets the name of the table of events, which a host binds to a table.</summary>
    public string Source { get; }

    /// <summary>Gets the version that people count. Not part of the digest.</summary>
    public int Version { get; }

    /// <summary>Gets what the view is for. Not part of the digest.</summary>
    public string? Description { get; }

    /// <summary>Gets what the features describe.</summary>
    public Entity Entity { get; }

    /// <summary>Gets the source's column with the event time.</summary>
    public string EventTime { get; }

    /// <summary>Gets when an event can be known.</summary>
    public Availability Availability { get; }

    /// <summary>Gets whether an event at exactly the query time counts.</summary>
    public EqualTimeRule AtEqualTime { get; }

    /// <summary>Gets the columns computed from each source row.</summary>
    public ImmutableArray<DerivedColumn> Derived { get; }

    /// <summary>Gets the features, in order.</summary>
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

    private void Write(Utf8JsonWriter writer)
    {
        writer.WriteString("at_equal_time", AtEqualTime == EqualTimeRule.Before ? "before" : "include");
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
            writer.WriteString("type", key.Type switch { EntityKeyType.String => "string", EntityKeyType.Int64 => "int64", _ => "int32" });
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
        writer.WriteString("name", Name);
        writer.WriteString("source", Source);
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
        if (feature.Window is { } window)
        {
            writer.WriteString("window", FeatureTime.Text(window));
        }

        writer.WriteEndObject();
    }
}
