using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Workflow.Data.Lineage;
using Workflow.Data.Partitions;
using Workflow.Data.Tables;
using Workflow.Features.Catalog;
using Workflow.Features.Joins;
using Workflow.Features.Offline;
using Workflow.Features.Online.Stores;
using Workflow.Features.Views;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds features to a host.</summary>
public static class FeaturesServiceCollectionExtensions
{
    /// <summary>Adds the catalogue of feature definitions, training sets, backfills and their lineage, online features, the embedded online store, materialising, and the registry of definitions, all as singletons.</summary>
    /// <param name="services">The host's services.</param>
    /// <returns>The builder that takes definitions and sources.</returns>
    /// <remarks>Idempotent. The ground floor is added with it; joins use its partition runner. One name with two definitions fails when the catalogue is first asked for.</remarks>
    public static FeaturesBuilder AddWorkflowFeatures(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddWorkflowData();
        services.TryAddSingleton(static provider => new FeatureCatalog(
            provider.GetServices<FeatureView>(),
            provider.GetServices<FeatureService>(),
            provider.GetServices<FeatureSourceName>().Select(static s => s.Name).Distinct(StringComparer.Ordinal)
                .ToDictionary(static name => name, provider.GetRequiredKeyedService<TableSource>, StringComparer.Ordinal)));
        services.TryAddSingleton<DefinitionRegistry>();
        services.TryAddSingleton(static provider => new PointInTimeJoin(provider.GetService<IPartitionRunner>()));
        services.TryAddSingleton(static provider => new OfflineFeatures(provider.GetRequiredService<FeatureCatalog>(), provider.GetService<IPartitionRunner>()));
        services.TryAddSingleton(static provider => new FeatureBackfill(provider.GetService<IPartitionRunner>()));
        services.TryAddSingleton(static provider => new FeatureLineage(provider.GetRequiredService<LineageStore>(), provider.GetService<TimeProvider>()));
        services.AddOptionsWithValidateOnStart<EmbeddedOnlineStoreOptions>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<EmbeddedOnlineStoreOptions>, EmbeddedOnlineStoreOptionsSource>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<EmbeddedOnlineStoreOptions>, EmbeddedOnlineStoreOptionsValidator>());
        services.TryAddSingleton<IOnlineStore>(static provider => new EmbeddedOnlineStore(provider.GetRequiredService<IOptions<EmbeddedOnlineStoreOptions>>().Value));
        services.TryAddSingleton(static provider => new FeatureMaterializer(provider.GetRequiredService<IOnlineStore>(), provider.GetService<IPartitionRunner>()));
        return new FeaturesBuilder(services);
    }
}
