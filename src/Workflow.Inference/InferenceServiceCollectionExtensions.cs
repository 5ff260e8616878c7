using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Workflow.Data.Metadata;
using Workflow.Data.Registry;
using Workflow.Data.Storage;
using Workflow.Inference.Serving;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds model serving to a host.</summary>
public static class InferenceServiceCollectionExtensions
{
    /// <summary>Adds the <see cref="ModelHost"/>, a singleton that a generic host starts, and the ground floor that it needs.</summary>
    /// <param name="services">The host's services.</param>
    /// <returns>The builder that says which models are served.</returns>
    /// <remarks>Idempotent. Options are validated when the host starts.</remarks>
    public static InferenceBuilder AddWorkflowInference(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddWorkflowData();
        services.AddMetrics();
        services.AddOptions();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<ServedModelOptions>, ServedModelOptionsSource>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ServedModelOptions>, ServedModelOptionsValidator>());
        services.TryAddSingleton(static provider => new InferenceTelemetry(provider.GetRequiredService<IMeterFactory>()));
        services.TryAddSingleton(static provider =>
        {
            var options = provider.GetRequiredService<IOptionsMonitor<ServedModelOptions>>();
            var names = provider.GetServices<ServedModelName>().Select(n => n.Name).Distinct(StringComparer.Ordinal);
            return new ModelHost(
                [.. names.Select(name => KeyValuePair.Create(name, options.Get(name)))],
                new ServingDependencies(
                    provider.GetRequiredService<MetadataDatabase>(), provider.GetRequiredService<ModelRegistry>(), provider.GetRequiredService<IObjectStore>())
                {
                    Time = provider.GetRequiredService<TimeProvider>(),
                    Logger = provider.GetService<ILogger<ModelHost>>() ?? NullLogger<ModelHost>.Instance,
                    Telemetry = provider.GetRequiredService<InferenceTelemetry>(),
                });
        });
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ModelHost>(static provider => provider.GetRequiredService<ModelHost>()));
        return new InferenceBuilder(services);
    }
}
