using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Workflow.Data;
using Workflow.Data.Chunking;
using Workflow.Data.Lineage;
using Workflow.Data.Metadata;
using Workflow.Data.Partitions;
using Workflow.Data.Registry;
using Workflow.Data.Storage;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the ground floor of the Workflow suite to a host.</summary>
public static class DataServiceCollectionExtensions
{
    /// <summary>Adds the metadata database, the object store, the model registry, lineage and the partition runner, all as singletons.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Changes the defaults. Runs after <c>Workflow:Data</c> of the host's configuration, if it has one, was bound.</param>
    /// <returns>The builder on which providers replace the local defaults.</returns>
    /// <remarks>
    /// Idempotent: a second call adds configuration, not services. A service that the host has registered itself stays.
    /// Nothing is created on disk before it is first written to.
    /// </remarks>
    public static DataBuilder AddWorkflowData(this IServiceCollection services, Action<DataOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);

        services.AddOptionsWithValidateOnStart<DataOptions>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<DataOptions>, DataOptionsSource>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<DataOptions>, DataOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<DataOptions>, ChunkStoreConfigurationValidator>());
        if (configure is not null)
        {
            services.Configure(configure);
        }

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<MetadataDatabase>(static provider =>
            new SqliteMetadataDatabase(Path.Combine(Root(provider), "metadata.db"), provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<IObjectStore>(static provider => new LocalObjectStore(
            Path.Combine(Root(provider), "objects"),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetService<ILogger<LocalObjectStore>>()));
        services.TryAddSingleton<IPartitionRunner>(static provider => new LocalPartitionRunner(Options(provider).MaxParallelism));
        services.TryAddSingleton(static provider => new ModelRegistry(provider.GetRequiredService<MetadataDatabase>(), provider.GetService<ILogger<ModelRegistry>>()));
        services.TryAddSingleton(static provider => new LineageStore(provider.GetRequiredService<MetadataDatabase>()));
        return new DataBuilder(services);
    }

    private static string Root(IServiceProvider provider) => Options(provider).Root;

    private static DataOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<DataOptions>>().Value;
}
