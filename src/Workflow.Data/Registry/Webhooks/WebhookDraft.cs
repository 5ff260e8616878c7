namespace Workflow.Data.Registry.Webhooks;

/// <summary>What is needed to be told when aliases move.</summary>
public sealed class WebhookDraft
{
    /// <summary>Gets or sets the webhook's name: as an alias is named, unique in the registry.</summary>
    public required string Name { get; set; }

    /// <summary>Gets or sets the address that is called with POST. Its host must be allowed; see <see cref="WebhookOptions.AllowedHosts"/>.</summary>
    public required string Url { get; set; }

    /// <summary>Gets or sets the name of the secret, which the hosts that deliver must have; see <see cref="WebhookOptions.Secrets"/>.</summary>
    public required string Secret { get; set; }

    /// <summary>Gets or sets the model whose aliases are watched; null watches all.</summary>
    public string? Model { get; set; }

    /// <summary>Gets or sets the alias that is watched; null watches all.</summary>
    public string? Alias { get; set; }

    /// <summary>Gets or sets who adds it. At most 255 characters.</summary>
    public required string Actor { get; set; }
}
