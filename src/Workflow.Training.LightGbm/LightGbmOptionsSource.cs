using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Workflow.Training.LightGbm;

/// <summary>Binds the options where the host has a configuration; a host without one is fine.</summary>
internal sealed class LightGbmOptionsSource(IEnumerable<IConfiguration> configurations) : IConfigureOptions<LightGbmOptions>
{
    public void Configure(LightGbmOptions options)
    {
        foreach (var configuration in configurations)
        {
            configuration.GetSection("Workflow:Training:LightGbm").Bind(options);
        }
    }
}
