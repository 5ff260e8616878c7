using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Workflow.Data.Metadata;
using Workflow.Data.Registry.Webhooks;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Lets a host deliver the registry's webhooks.</summary>
public static class WebhookDataBuilderExtensions
{
    /// <summary>Adds <see cref="WebhookStore"/>, <see cref="WebhookDispatcher"/> and a service that delivers while the host runs.</summary>
    /// <param name="builder">What <c>AddWorkflowData</c> gave.</param>
    /// <param name="configure">Changes the defaults. Runs after <c>Workflow:Data:Webhooks</c> of the host's configuration, if it has one, was bound.</param>
    /// <remarks>Messages are written by the registry of every process that moves an alias; any one host that has this delivers them. Idempotent.</remarks>
    public static DataBuilder AddWebhooks(this DataBuilder builder, Action<WebhookOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddOptionsWithValidateOnStart<WebhookOptions>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<WebhookOptions>, WebhookOptionsSource>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<WebhookOptions>, WebhookOptionsValidator>());
        if (configure is not null)
        {
            services.Configure(configure);
        }

        services.AddLogging();
        services.TryAddSingleton(static provider => new WebhookStore(provider.GetRequiredService<MetadataDatabase>(), Options(provider)));
        services.TryAddSingleton(static provider => new WebhookDispatcher(
            provider.GetRequiredService<MetadataDatabase>(), Options(provider), provider.GetRequiredService<TimeProvider>(), provider.GetService<ILogger<WebhookDispatcher>>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, WebhookService>());
        return builder;
    }

    private static WebhookOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<WebhookOptions>>().Value;
}
