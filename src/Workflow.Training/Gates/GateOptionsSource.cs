using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Workflow.Training.Gates;

/// <summary>Binds the options where the host has a configuration; a host without one is fine.</summary>
internal sealed class GateOptionsSource(IEnumerable<IConfiguration> configurations) : IConfigureOptions<GateOptions>
{
    public void Configure(GateOptions options)
    {
        foreach (var configuration in configurations)
        {
            configuration.GetSection("Workflow:Training:Gate").Bind(options);
        }
    }
}
