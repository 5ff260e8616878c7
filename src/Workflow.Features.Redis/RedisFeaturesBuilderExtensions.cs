using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Workflow.Features.Online.Stores;
using Workflow.Features.Redis;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Chooses Redis as the online store of a host.</summary>
public static class RedisFeaturesBuilderExtensions
{
    /// <summary>Keeps online features in Redis. A singleton.</summary>
    /// <param name="builder">What <c>AddWorkflowFeatures</c> gave.</param>
    /// <param name="configure">Changes the defaults. Runs after <c>Workflow:Features:Redis</c> of the host's configuration, if it has one, was bound.</param>
    /// <remarks>Options are checked when the host starts; the server is not asked then.</remarks>
    public static FeaturesBuilder UseRedis(this FeaturesBuilder builder, Action<RedisOnlineStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddOptionsWithValidateOnStart<RedisOnlineStoreOptions>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<RedisOnlineStoreOptions>, RedisOnlineStoreOptionsSource>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RedisOnlineStoreOptions>, RedisOnlineStoreOptionsValidator>());
        if (configure is not null)
        {
            services.Configure(configure);
        }

        services.Replace(ServiceDescriptor.Singleton<IOnlineStore>(static provider => new RedisOnlineStore(
            provider.GetRequiredService<IOptions<RedisOnlineStoreOptions>>().Value,
            provider.GetRequiredService<TimeProvider>())));
        return builder;
    }
}
