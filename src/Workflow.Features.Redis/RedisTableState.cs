using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using StackExchange.Redis;
using Workflow.Data.Storage;
using Workflow.Features.Online.Stores;

namespace Workflow.Features.Redis;

/// <summary>What is known of a table, as JSON in one field of the hash <c>workflow:PROJECT</c>, which Feast does not know.</summary>
internal sealed record RedisTableState(string View, string Entity, string[] Features, OnlineTableState State)
{
    public static string Key(string project) => $"workflow:{project}";

    public static RedisTableState Of(OnlineTable table, OnlineTableState state) => new(table.View.Name, FeastKey.Signature(table.View.Entity), [.. table.Features], state);

    /// <exception cref="OnlineStoreException">It is not what this package writes.</exception>
    public static RedisTableState Parse(string table, RedisValue json)
    {
        try
        {
            var root = JsonNode.Parse((byte[])json!)!;
            return new RedisTableState(
                (string)root["view"]!,
                (string)root["entity"]!,
                [.. root["features"]!.AsArray().Select(static f => (string)f!)],
                new OnlineTableState
                {
                    Digest = ContentDigest.Parse((string)root["digest"]!),
                    Schema = OnlineSchema.FromBytes(Convert.FromBase64String((string)root["schema"]!)),
                    MaterializedTo = (string?)root["materialized_to"] is { } to ? DateTimeOffset.Parse(to, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind) : null,
                });
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or InvalidDataException or NullReferenceException)
        {
            throw new OnlineStoreException(OnlineStoreFault.Corrupt, $"What Redis holds about the online table '{table}' cannot be read: {e.Message} Remove the field and materialise again.", e);
        }
    }

    public byte[] ToJson()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("digest", State.Digest.ToString());
            writer.WriteString("entity", Entity);
            writer.WriteStartArray("features");
            foreach (var feature in Features)
            {
                writer.WriteStringValue(feature);
            }

            writer.WriteEndArray();
            if (State.MaterializedTo is { } to)
            {
                writer.WriteString("materialized_to", to.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
            }

            writer.WriteBase64String("schema", OnlineSchema.ToBytes(State.Schema));
            writer.WriteString("view", View);
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    /// <summary>Requires that no two features of tables that share their hashes have the same field.</summary>
    /// <exception cref="OnlineStoreException">Two have; every such pair is listed.</exception>
    public static void RequireDistinctFields(string name, RedisTableState table, IEnumerable<KeyValuePair<string, RedisTableState>> others)
    {
        var taken = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var other in others.Where(o => o.Key != name && o.Value.Entity == table.Entity))
        {
            foreach (var feature in other.Value.Features)
            {
                taken[Convert.ToHexString(FeastField.OfFeature(other.Value.View, feature))] = $"{other.Value.View}:{feature}";
            }
        }

        var faults = new List<string>();
        foreach (var feature in table.Features)
        {
            var full = $"{table.View}:{feature}";
            var field = Convert.ToHexString(FeastField.OfFeature(table.View, feature));
            if (taken.TryGetValue(field, out var known) && known != full)
            {
                faults.Add($"'{known}' and '{full}' are both {field.ToLowerInvariant()}");
            }

            taken[field] = full;
        }

        if (faults.Count > 0)
        {
            throw new OnlineStoreException(OnlineStoreFault.Unsupported, $"Features of the online table '{name}' have the same field in Feast's format, which names fields by 32 bits: {string.Join("; ", faults)}. Rename one of each pair.");
        }
    }
}
