using System.Collections.Immutable;
using System.Text.Json;
using Workflow.Data.Storage;

namespace Workflow.Features.Views;

/// <summary>The list of features that one model takes: the unit that a model pins by digest. Immutable.</summary>
public sealed class FeatureService
{
    internal FeatureService(string name, ImmutableArray<ServiceView> views, ImmutableArray<OnDemandFeature> onDemand)
    {
        (Name, Views, OnDemand) = (name, views, onDemand);
        FeatureNames = [.. views.SelectMany(static v => v.Names.Select(v.ColumnOf)), .. onDemand.Select(static f => f.Name)];
        var inputs = onDemand.SelectMany(static f => f.Formula.Columns).Distinct(StringComparer.Ordinal).ToLookup(FeatureNames.Contains);
        (StoredInputs, RequestInputs) = ([.. inputs[true]], [.. inputs[false]]);
        CanonicalJson = CanonicalDefinition.Of(Write);
        Digest = ContentDigest.Of(System.Text.Encoding.UTF8.GetBytes(CanonicalJson));
    }

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets the views and what is taken from each.</summary>
    public ImmutableArray<ServiceView> Views { get; }

    /// <summary>Gets the features computed at the request.</summary>
    public ImmutableArray<OnDemandFeature> OnDemand { get; }

    /// <summary>Gets the output columns in order: <c>view.feature</c> of every view, then the on-demand features by their names.</summary>
    public ImmutableArray<string> FeatureNames { get; }

    /// <summary>Gets the definition as canonical JSON; it holds the digests of the views.</summary>
    public string CanonicalJson { get; }

    /// <summary>Gets the digest of <see cref="CanonicalJson"/>: any change of any feature changes it.</summary>
    public ContentDigest Digest { get; }

    /// <summary>Gets the features of the views that on-demand features read.</summary>
    internal ImmutableArray<string> StoredInputs { get; }

    /// <summary>Gets the columns of the label table or request that on-demand features read.</summary>
    internal ImmutableArray<string> RequestInputs { get; }

    /// <summary>Begins a definition.</summary>
    /// <param name="name">1 to 63 lower-case letters, digits and underscores, beginning with a letter.</param>
    public static FeatureServiceBuilder Define(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new FeatureServiceBuilder(name);
    }

    /// <summary>Gives the name and the number of features.</summary>
    public override string ToString() => $"{Name} ({FeatureNames.Length} features)";

    // The order of features is part of the meaning: it is the order of the model's inputs.
    private void Write(Utf8JsonWriter writer)
    {
        writer.WriteString("name", Name);
        writer.WriteStartArray("on_demand");
        foreach (var feature in OnDemand)
        {
            writer.WriteStartObject();
            writer.WriteString("formula", feature.Formula.ToString());
            writer.WriteString("name", feature.Name);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("views");
        foreach (var view in Views)
        {
            writer.WriteStartObject();
            writer.WriteString("digest", view.View.Digest.ToString());
            writer.WriteStartArray("features");
            foreach (var name in view.Names)
            {
                writer.WriteStringValue(name);
            }

            writer.WriteEndArray();
            writer.WriteString("view", view.View.Name);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
