using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Workflow.Data.Registry.Webhooks;

/// <summary>Binds the options where the host has a configuration; a host without one is fine.</summary>
internal sealed class WebhookOptionsSource(IEnumerable<IConfiguration> configurations) : IConfigureOptions<WebhookOptions>
{
    public void Configure(WebhookOptions options)
    {
        foreach (var configuration in configurations)
        {
            configuration.GetSection("Workflow:Data:Webhooks").Bind(options);
        }
    }
}
