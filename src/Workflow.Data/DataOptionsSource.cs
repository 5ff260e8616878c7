using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Workflow.Data;

/// <summary>Binds the options where the host has a configuration; a host without one is fine.</summary>
internal sealed class DataOptionsSource(IEnumerable<IConfiguration> configurations) : IConfigureOptions<DataOptions>
{
    public void Configure(DataOptions options)
    {
        foreach (var configuration in configurations)
        {
            configuration.GetSection("Workflow:Data").Bind(options);
        }
    }
}
