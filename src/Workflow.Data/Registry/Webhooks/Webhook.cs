using System.Text.Json.Nodes;

namespace Workflow.Data.Registry.Webhooks;

/// <summary>Somebody who is told when aliases move. Immutable.</summary>
public sealed record Webhook
{
    /// <summary>Gets the webhook's name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets scheme, host and port of the address. The rest may hold a token and is never shown.</summary>
    public required string Origin { get; init; }

    /// <summary>Gets the name of the secret.</summary>
    public required string Secret { get; init; }

    /// <summary>Gets the model that is watched; null for all.</summary>
    public required string? Model { get; init; }

    /// <summary>Gets the alias that is watched; null for all.</summary>
    public required string? Alias { get; init; }

    internal bool Watches(string model, string alias) => (Model is null || Model == model) && (Alias is null || Alias == alias);

    internal static Webhook From(RegistryRecord record)
    {
        var value = JsonNode.Parse(record.Value)!;
        return new Webhook
        {
            Name = record.Name,
            Origin = (string)value["origin"]!,
            Secret = (string)value["secret"]!,
            Model = (string?)value["model"],
            Alias = (string?)value["alias"],
        };
    }
}
