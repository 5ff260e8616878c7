using Workflow.Data.Metadata;

namespace Workflow.Data.Registry.Webhooks;

/// <summary>One message to one receiver. Immutable.</summary>
public sealed record WebhookDelivery
{
    /// <summary>Gets its id, equal for all attempts: what the receiver tells repetitions by.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the name of the webhook.</summary>
    public required string Webhook { get; init; }

    /// <summary>Gets the body: JSON with <c>type</c> (<c>model.alias.changed</c>), <c>timestamp</c> and <c>data</c>.</summary>
    public required string Payload { get; init; }

    /// <summary>Gets where it stands.</summary>
    public required WebhookDeliveryStatus Status { get; init; }

    /// <summary>Gets how many attempts were begun.</summary>
    public required long Attempts { get; init; }

    /// <summary>Gets when it is tried next, while it is pending: UTC.</summary>
    public required DateTimeOffset NextAttemptAt { get; init; }

    /// <summary>Gets when the alias moved: UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets when it was delivered or given up; null before.</summary>
    public required DateTimeOffset? EndedAt { get; init; }

    /// <summary>Gets the HTTP status of the last answer; null where there was none.</summary>
    public required long? HttpStatus { get; init; }

    /// <summary>Gets what went wrong last; null where nothing did. Holds neither the address nor the secret.</summary>
    public required string? Problem { get; init; }

    internal static WebhookDelivery From(MetadataRow row) => new()
    {
        Id = row.GetText(0),
        Webhook = row.GetText(1),
        Payload = row.GetText(2),
        Status = Enum.Parse<WebhookDeliveryStatus>(row.GetText(3)),
        Attempts = row.GetInt64(4),
        NextAttemptAt = row.GetTime(5),
        CreatedAt = row.GetTime(6),
        EndedAt = row.GetTimeOrNull(7),
        HttpStatus = row.GetInt64OrNull(8),
        Problem = row.GetTextOrNull(9),
    };
}
