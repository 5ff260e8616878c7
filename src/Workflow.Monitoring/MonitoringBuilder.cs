using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Workflow.Monitoring;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Chooses which models are watched.</summary>
/// <remarks>Not thread-safe; used while the host is built.</remarks>
public sealed class MonitoringBuilder
{
    internal MonitoringBuilder(IServiceCollection services) => Services = services;

    /// <summary>Gets the services being configured.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Watches a model: adds a <see cref="ModelMonitor"/> under its name as a keyed singleton.</summary>
    /// <param name="name">The model's name. A second call for one name adds configuration.</param>
    /// <param name="configure">Changes the defaults. Runs after <c>Workflow:Monitoring:Models:NAME</c> of the host's configuration, if it has one, was bound.</param>
    public MonitoringBuilder AddModel(string name, Action<ModelMonitorOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Services.AddOptionsWithValidateOnStart<ModelMonitorOptions>(name);
        if (configure is not null)
        {
            Services.Configure(name, configure);
        }

        Services.TryAddKeyedSingleton(name, static (provider, key) => new ModelMonitor(
            (string)key!,
            provider.GetRequiredService<IOptionsMonitor<ModelMonitorOptions>>().Get((string)key!),
            provider.GetRequiredService<MonitoringTelemetry>(),
            provider.GetService<ILogger<ModelMonitor>>()));
        return this;
    }
}
