using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Workflow.Monitoring;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the watching of models to a host.</summary>
public static class MonitoringServiceCollectionExtensions
{
    /// <summary>Adds what monitoring needs, the ground floor included, and returns a builder on which models are named.</summary>
    /// <param name="services">The host's services.</param>
    /// <remarks>Idempotent. Options of models are validated when the host starts. Nothing runs in the background: the host decides when to compare.</remarks>
    public static MonitoringBuilder AddWorkflowMonitoring(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddWorkflowData();
        services.AddMetrics();
        services.TryAddSingleton<MonitoringTelemetry>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<ModelMonitorOptions>, ModelMonitorOptionsSource>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ModelMonitorOptions>, ModelMonitorOptionsValidator>());
        return new MonitoringBuilder(services);
    }
}
