using Microsoft.Extensions.Options;
using Workflow.Data.Storage;

namespace Workflow.Data.S3;

internal sealed class S3OptionsValidator : IValidateOptions<S3Options>
{
    private const int SmallestPart = 5 << 20;
    private const int LargestPart = 1 << 30;

    public ValidateOptionsResult Validate(string? name, S3Options options)
    {
        var failures = new ValidateOptionsResultBuilder();
        if (string.IsNullOrWhiteSpace(options.Bucket) || options.Bucket.Contains('/', StringComparison.Ordinal))
        {
            failures.AddError($"'{options.Bucket}' is no name of a bucket.", nameof(options.Bucket));
        }

        if (options.Prefix.Length > 0 && !BlobName.IsValid(options.Prefix))
        {
            failures.AddError($"'{options.Prefix}' cannot begin keys: no empty parts, '.' or '..'.", nameof(options.Prefix));
        }

        if (options.Endpoint is { } endpoint && (!Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")))
        {
            failures.AddError($"'{endpoint}' is no address; expected for example http://127.0.0.1:9000.", nameof(options.Endpoint));
        }

        if (options.AccessKeyId is null != options.SecretAccessKey is null)
        {
            failures.AddError("The id and the secret of a key go together; only one is set.", nameof(options.AccessKeyId));
        }

        if (options.ServerSideEncryption is not (null or "AES256" or "aws:kms"))
        {
            failures.AddError($"'{options.ServerSideEncryption}' is not AES256 or aws:kms.", nameof(options.ServerSideEncryption));
        }

        if (options.MaxRetries is < 0 or > 20)
        {
            failures.AddError($"{options.MaxRetries} is not from 0 to 20.", nameof(options.MaxRetries));
        }

        if (options.Timeout < TimeSpan.FromMilliseconds(100) || options.Timeout > TimeSpan.FromHours(1))
        {
            failures.AddError($"{options.Timeout} is not from 100 milliseconds to an hour.", nameof(options.Timeout));
        }

        if (options.PartBytes is < SmallestPart or > LargestPart)
        {
            failures.AddError($"{options.PartBytes} is not from {SmallestPart} to {LargestPart}.", nameof(options.PartBytes));
        }

        return failures.Build();
    }
}
