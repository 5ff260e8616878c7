using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Workflow.Monitoring.Drift;

/// <summary>The JSON form of a drift reference.</summary>
internal static class DriftReferenceJson
{
    private const int MaximumBytes = 16 << 20;
    private const string Format = "workflow.drift-reference/1";

    public static JsonObject Write(DriftReference reference) => new()
    {
        ["format"] = Format,
        ["rows"] = reference.Rows,
        ["features"] = new JsonArray([.. reference.Features.Select(f => new JsonObject
        {
            ["name"] = f.Name,
            ["kind"] = f.Kind is FeatureKind.Numeric ? "numeric" : "category",
            ["edges"] = new JsonArray([.. f.Edges.Select(e => JsonValue.Create(e))]),
            ["categories"] = new JsonArray([.. f.Categories.Select(c => JsonValue.Create(c))]),
            ["counts"] = new JsonArray([.. f.Counts.Select(c => JsonValue.Create(c))]),
        })]),
    };

    public static DriftReference Read(ReadOnlySpan<byte> json)
    {
        if (json.Length > MaximumBytes)
        {
            throw new FormatException($"A drift reference has at most {MaximumBytes} bytes, got {json.Length}.");
        }

        try
        {
            var reader = new Utf8JsonReader(json);
            var root = JsonNode.Parse(ref reader) as JsonObject ?? throw new FormatException("A drift reference is a JSON object.");
            var format = (string?)root["format"];
            if (format != Format)
            {
                throw new FormatException($"Expected the format '{Format}', got '{format}'.");
            }

            var rows = (long?)root["rows"] ?? 0;
            ImmutableArray<FeatureReference> features = [.. (root["features"] as JsonArray ?? throw new FormatException("A drift reference needs features.")).Select(n => ReadFeature(n, rows))];
            return rows > 0 && !features.IsEmpty ? new DriftReference(rows, features) : throw new FormatException("A drift reference needs rows and features.");
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException or InvalidOperationException)
        {
            throw new FormatException($"This is not the JSON of a drift reference: {fault.Message}", fault);
        }
    }

    private static FeatureReference ReadFeature(JsonNode? node, long rows)
    {
        var json = node as JsonObject ?? throw new FormatException("A feature is a JSON object.");
        var name = (string?)json["name"] ?? throw new FormatException("A feature needs a name.");
        var kind = (string?)json["kind"] switch
        {
            "numeric" => FeatureKind.Numeric,
            "category" => FeatureKind.Category,
            var other => throw new FormatException($"Feature '{name}' has the kind '{other}'; expected 'numeric' or 'category'."),
        };
        var feature = new FeatureReference
        {
            Name = name,
            Kind = kind,
            Edges = Items(json["edges"], static n => n.GetValue<double>()),
            Categories = Items(json["categories"], static n => n.GetValue<string>()),
            Counts = Items(json["counts"], static n => n.GetValue<long>()),
        };
        var bins = new FeatureCounter(feature).Bins;
        var isSound = feature.Counts.Length == bins && feature.Counts.All(c => c >= 0) && feature.Counts.Sum() == rows
            && feature.Edges.All(double.IsFinite) && feature.Edges.Zip(feature.Edges.Skip(1)).All(pair => pair.First < pair.Second)
            && feature.Categories.Distinct(StringComparer.Ordinal).Count() == feature.Categories.Length
            && (kind is FeatureKind.Numeric ? feature.Categories.IsEmpty : feature.Edges.IsEmpty);
        return isSound ? feature : throw new FormatException(
            $"Feature '{name}' needs ascending finite edges or distinct categories, and {bins} counts that sum to {rows}; got {feature.Counts.Length} counts.");
    }

    private static ImmutableArray<T> Items<T>(JsonNode? node, Func<JsonNode, T> read) =>
        node is JsonArray array ? [.. array.Select(n => read(n ?? throw new FormatException("A null is no item of a drift reference.")))] : [];
}
