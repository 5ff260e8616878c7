using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Workflow.Data.S3;

/// <summary>Binds the options where the host has a configuration; a host without one is fine.</summary>
internal sealed class S3OptionsSource(IEnumerable<IConfiguration> configurations) : IConfigureOptions<S3Options>
{
    public void Configure(S3Options options)
    {
        foreach (var configuration in configurations)
        {
            configuration.GetSection("Workflow:Data:S3").Bind(options);
        }
    }
}
