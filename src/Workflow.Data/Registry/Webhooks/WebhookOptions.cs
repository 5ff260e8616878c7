namespace Workflow.Data.Registry.Webhooks;

/// <summary>Settings of webhooks. Bound from <c>Workflow:Data:Webhooks</c>, validated when the host starts.</summary>
public sealed class WebhookOptions
{
    /// <summary>
    /// Gets or sets the hosts that may be called besides loopback: names such as <c>hooks.example.com</c>, or <c>*.example.com</c> for any
    /// below it. Default none. They must be called over https; loopback may be called over http.
    /// </summary>
    public IList<string> AllowedHosts { get; set; } = [];

    /// <summary>
    /// Gets or sets the secrets by name, so that the database holds names only: <c>whsec_</c> and base64, or any other text, which counts as
    /// UTF-8. At least 24 bytes each. Keep them in user secrets, environment variables or a vault.
    /// </summary>
    public IDictionary<string, string> Secrets { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Gets or sets how often a delivery is tried before it is given up. Default 15, which takes about 9 hours; from 1 to 100.</summary>
    public int MaxAttempts { get; set; } = 15;

    /// <summary>Gets or sets the pause after the first failed attempt; it doubles with each further one. Default 2 seconds; more than zero.</summary>
    public TimeSpan FirstPause { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets or sets the longest pause. Default 1 hour; at least <see cref="FirstPause"/>, at most 7 days.</summary>
    public TimeSpan LongestPause { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Gets or sets how long one attempt may take. Default 10 seconds; from 1 second to 5 minutes.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets or sets how often a host looks for deliveries that are due. Default 1 second; from 0.1 second to 1 hour.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets or sets how long ended deliveries stay in the journal. Default 30 days; at least 1 hour.</summary>
    public TimeSpan Retention { get; set; } = TimeSpan.FromDays(30);

    /// <summary>
    /// Gets or sets how a request is sent; null sends it with a client of ours, which follows no redirects. Set it to use a typed client,
    /// a proxy or client certificates. Not bound from configuration.
    /// </summary>
    public WebhookSend? Send { get; set; }
}
