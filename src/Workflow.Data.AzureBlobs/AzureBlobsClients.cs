using Azure.Core;
using Azure.Storage;
using Azure.Storage.Blobs;

namespace Workflow.Data.AzureBlobs;

/// <summary>Makes clients of what the options say.</summary>
internal static class AzureBlobsClients
{
    public static BlobContainerClient Create(AzureBlobsOptions options)
    {
        var settings = new BlobClientOptions();
        settings.Retry.MaxRetries = options.MaxRetries;
        settings.Retry.Mode = RetryMode.Exponential;
        settings.Retry.NetworkTimeout = options.Timeout;
        settings.Diagnostics.IsLoggingContentEnabled = false;
        if (options.ConnectionString is { } text)
        {
            try
            {
                return new BlobContainerClient(text, options.Container, settings);
            }
            catch (FormatException)
            {
                // The message of the client may quote the text, which holds the key: it is not passed on.
#pragma warning disable MA0054 // The inner exception may hold a secret.
                throw new ArgumentException("The connection string is not one of Azure Storage.", nameof(options));
#pragma warning restore MA0054
            }
        }

        var account = new Uri((options.Endpoint ?? $"https://{options.AccountName}.blob.core.windows.net").TrimEnd('/') + "/" + options.Container);
        if (options.AccountKey is { } key)
        {
            try
            {
                return new BlobContainerClient(account, new StorageSharedKeyCredential(options.AccountName, key), settings);
            }
            catch (FormatException exception)
            {
                throw new ArgumentException("The key of the account is not in Base64.", nameof(options), exception);
            }
        }

        return options.SasToken is { } token
            ? new BlobContainerClient(account, new Azure.AzureSasCredential(token.TrimStart('?')), settings)
            : new BlobContainerClient(account, settings);
    }
}
