using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Workflow.Data;

namespace Workflow.Features.Online.Stores;

/// <summary>Puts the store under the host's folder, and binds the options where the host has a configuration.</summary>
internal sealed class EmbeddedOnlineStoreOptionsSource(IEnumerable<IConfiguration> configurations, IOptions<DataOptions> data) : IConfigureOptions<EmbeddedOnlineStoreOptions>
{
    public void Configure(EmbeddedOnlineStoreOptions options)
    {
        options.Folder = Path.Combine(data.Value.Root, "online");
        foreach (var configuration in configurations)
        {
            configuration.GetSection("Workflow:Features:Online").Bind(options);
        }
    }
}
