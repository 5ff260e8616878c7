using Azure.Storage;
using Azure.Storage.Blobs;
using Workflow.Servers;

namespace Workflow.Data.AzureBlobs;

/// <summary>A new container for each test.</summary>
internal static class TestContainer
{
    public static async Task<AzureBlobsOptions> CreateAsync(string prefix = "")
    {
        var endpoint = await AzuriteServer.RequireAsync();
        var options = new AzureBlobsOptions
        {
            Container = $"c{Guid.NewGuid():n}",
            Prefix = prefix,
            Endpoint = endpoint,
            AccountName = AzuriteServer.Account,
            AccountKey = AzuriteServer.Key,
            BlockBytes = 1 << 20,
        };
        await new BlobContainerClient(new Uri($"{endpoint}/{options.Container}"), new StorageSharedKeyCredential(AzuriteServer.Account, AzuriteServer.Key)).CreateAsync();
        return options;
    }
}
