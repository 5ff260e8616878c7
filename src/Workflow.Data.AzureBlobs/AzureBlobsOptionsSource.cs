using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Workflow.Data.AzureBlobs;

/// <summary>Binds the options where the host has a configuration; a host without one is fine.</summary>
internal sealed class AzureBlobsOptionsSource(IEnumerable<IConfiguration> configurations) : IConfigureOptions<AzureBlobsOptions>
{
    public void Configure(AzureBlobsOptions options)
    {
        foreach (var configuration in configurations)
        {
            configuration.GetSection("Workflow.Data.AzureBlobs").Bind(options);
        }
    }
}
