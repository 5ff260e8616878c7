using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Workflow.Data.S3;
using Workflow.Data.Storage;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Chooses S3 as the object store of a host.</summary>
public static class S3DataBuilderExtensions
{
    /// <summary>Keeps objects in S3, and opens remotes of repositories there. Singletons.</summary>
    /// <param name="builder">What <c>AddWorkflowData</c> gave.</param>
    /// <param name="configure">Changes the defaults. Runs after <c>Workflow:Data:S3</c> of the host's configuration, if it has one, was bound.</param>
    /// <remarks>Options are checked when the host starts; the server is not asked then.</remarks>
    public static DataBuilder UseS3(this DataBuilder builder, Action<S3Options>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddOptionsWithValidateOnStart<S3Options>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<S3Options>, S3OptionsSource>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<S3Options>, S3OptionsValidator>());
        if (configure is not null)
        {
            services.Configure(configure);
        }

        services.TryAddSingleton(static provider => new S3BlobStore(provider.GetRequiredService<IOptions<S3Options>>().Value));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IBlobStoreProvider, S3StoreProvider>());
        services.Replace(ServiceDescriptor.Singleton<IObjectStore>(static provider => new BlobObjectStore(provider.GetRequiredService<S3BlobStore>())));
        return builder;
    }
}
