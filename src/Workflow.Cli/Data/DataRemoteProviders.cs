using Workflow.Data.AzureBlobs;
using Workflow.Data.S3;
using Workflow.Data.Storage;
using Workflow.Data.Versioning;

namespace Workflow.Cli.Data;

/// <summary>The remotes that the tool can open besides local folders: this list and no other.</summary>
internal static class DataRemoteProviders
{
    public static IReadOnlyList<IBlobStoreProvider> All { get; } = [new S3StoreProvider(), new AzureBlobsStoreProvider()];

    /// <summary>Opens the repository around the folder of a command, with all of them and with the chunk stores that <c>workflow.json</c> names.</summary>
    public static async Task<DataRepository> OpenAsync(CommandHost host, CancellationToken cancellationToken) =>
        (await DataRepository.OpenAsync(host.CurrentFolder, cancellationToken: cancellationToken)).WithProviders([.. All])
        .WithChunkStores(HostConfiguration.ReadChunkStores(host.CurrentFolder));
}
