using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Workflow.Data.AzureBlobs;
using Workflow.Data.Storage;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Chooses Azure Blob Storage as the object store of a host.</summary>
public static class AzureBlobsDataBuilderExtensions
{
    /// <summary>Keeps objects in Azure Blob Storage, and opens remotes of repositories there. Singletons.</summary>
    /// <param name="builder">What <c>AddWorkflowData</c> gave.</param>
    /// <param name="configure">Changes the defaults. Runs after <c>Workflow.Data.AzureBlobs</c> of the host's configuration, if it has one, was bound.</param>
    /// <remarks>Options are checked when the host starts; the server is not asked then.</remarks>
    public static DataBuilder UseAzureBlobs(this DataBuilder builder, Action<AzureBlobsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddOptionsWithValidateOnStart<AzureBlobsOptions>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<AzureBlobsOptions>, AzureBlobsOptionsSource>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<AzureBlobsOptions>, AzureBlobsOptionsValidator>());
        if (configure is not null)
        {
            services.Configure(configure);
        }

        services.TryAddSingleton(static provider => new AzureBlobStore(provider.GetRequiredService<IOptions<AzureBlobsOptions>>().Value));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IBlobStoreProvider, AzureBlobsStoreProvider>());
        services.Replace(ServiceDescriptor.Singleton<IObjectStore>(static provider => new BlobObjectStore(provider.GetRequiredService<AzureBlobStore>())));
        return builder;
    }
}
