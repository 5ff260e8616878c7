using Microsoft.Extensions.Options;
using Workflow.Data.Storage;

namespace Workflow.Data.AzureBlobs;

internal sealed class AzureBlobsOptionsValidator : IValidateOptions<AzureBlobsOptions>
{
    private const int SmallestBlock = 1 << 20;
    private const int LargestBlock = 1 << 30;

    public ValidateOptionsResult Validate(string? name, AzureBlobsOptions options)
    {
        var failures = new ValidateOptionsResultBuilder();
        if (string.IsNullOrWhiteSpace(options.Container) || options.Container.Contains('/', StringComparison.Ordinal))
        {
            failures.AddError($"'{options.Container}' is no name of a container.", nameof(options.Container));
        }

        if (options.Prefix.Length > 0 && !BlobName.IsValid(options.Prefix))
        {
            failures.AddError($"'{options.Prefix}' cannot begin names: no empty parts, '.' or '..'.", nameof(options.Prefix));
        }

        if (options.ConnectionString is null == options.AccountName is null)
        {
            failures.AddError("Set either a connection string or the name of an account.", nameof(options.ConnectionString));
        }
        else if (options.AccountName is not null && new[] { options.AccountKey is not null, options.SasToken is not null, options.IsAnonymous }.Count(static s => s) != 1)
        {
            failures.AddError("With the name of an account exactly one is needed: its key, a shared access signature, or anonymous reading.", nameof(options.AccountKey));
        }

        if (options.Endpoint is { } endpoint && (!Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")))
        {
            failures.AddError($"'{endpoint}' is no address; expected for example http://127.0.0.1:10000/devstoreaccount1.", nameof(options.Endpoint));
        }

        if (options.MaxRetries is < 0 or > 20)
        {
            failures.AddError($"{options.MaxRetries} is not from 0 to 20.", nameof(options.MaxRetries));
        }

        if (options.Timeout < TimeSpan.FromMilliseconds(100) || options.Timeout > TimeSpan.FromHours(1))
        {
            failures.AddError($"{options.Timeout} is not from 100 milliseconds to an hour.", nameof(options.Timeout));
        }

        if (options.BlockBytes is < SmallestBlock or > LargestBlock)
        {
            failures.AddError($"{options.BlockBytes} is not from {SmallestBlock} to {LargestBlock}.", nameof(options.BlockBytes));
        }

        return failures.Build();
    }
}
