using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Workflow.Features.Redis;

/// <summary>Binds the options where the host has a configuration; a host without one is fine.</summary>
internal sealed class RedisOnlineStoreOptionsSource(IEnumerable<IConfiguration> configurations) : IConfigureOptions<RedisOnlineStoreOptions>
{
    public void Configure(RedisOnlineStoreOptions options)
    {
        foreach (var configuration in configurations)
        {
            configuration.GetSection("Workflow:Features:Redis").Bind(options);
        }
    }
}
