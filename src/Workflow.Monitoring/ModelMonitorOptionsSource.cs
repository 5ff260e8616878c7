using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Workflow.Monitoring;

/// <summary>Binds the options where the host has a configuration; a host without one is fine.</summary>
internal sealed class ModelMonitorOptionsSource(IEnumerable<IConfiguration> configurations) : IConfigureNamedOptions<ModelMonitorOptions>
{
    public void Configure(string? name, ModelMonitorOptions options)
    {
        foreach (var configuration in configurations)
        {
            var section = configuration.GetSection("Workflow:Monitoring:Models").GetSection(name ?? "");
            section.GetSection(nameof(ModelMonitorOptions.Drift)).Bind(options.Drift);
            section.GetSection(nameof(ModelMonitorOptions.Retrain)).Bind(options.Retrain);
        }
    }

    public void Configure(ModelMonitorOptions options) => Configure(Options.DefaultName, options);
}
