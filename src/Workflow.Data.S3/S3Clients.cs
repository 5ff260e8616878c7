using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.S3;

namespace Workflow.Data.S3;

/// <summary>Makes clients of what the options say.</summary>
internal static class S3Clients
{
    private const string DefaultRegion = "us-east-1";

    public static AmazonS3Client Create(S3Options options)
    {
        var config = new AmazonS3Config
        {
            MaxErrorRetry = options.MaxRetries,
            RetryMode = RequestRetryMode.Standard,
            Timeout = options.Timeout,
            ForcePathStyle = options.UsePathStyle ?? options.Endpoint is not null,
        };
        if (options.Endpoint is { } endpoint)
        {
            config.ServiceURL = endpoint;
            config.AuthenticationRegion = options.Region ?? DefaultRegion;

            // Clones do not know the newer checksums; every object of a repository is verified by its own hash anyway.
            config.RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED;
            config.ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED;
        }
        else if (options.Region is { } region)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }

        return Credentials(options) is { } credentials ? new AmazonS3Client(credentials, config) : new AmazonS3Client(config);
    }

    public static S3Options Copy(S3Options options) => new()
    {
        Bucket = options.Bucket,
        Prefix = options.Prefix,
        Endpoint = options.Endpoint,
        Region = options.Region,
        UsePathStyle = options.UsePathStyle,
        AccessKeyId = options.AccessKeyId,
        SecretAccessKey = options.SecretAccessKey,
        SessionToken = options.SessionToken,
        Profile = options.Profile,
        CredentialsFile = options.CredentialsFile,
        IsAnonymous = options.IsAnonymous,
        ServerSideEncryption = options.ServerSideEncryption,
        KmsKeyId = options.KmsKeyId,
        MaxRetries = options.MaxRetries,
        Timeout = options.Timeout,
        PartBytes = options.PartBytes,
    };

    // Null: the client looks where every client of Amazon looks.
    private static AWSCredentials? Credentials(S3Options options)
    {
        if (options.IsAnonymous)
        {
            return new AnonymousAWSCredentials();
        }

        if (options is { AccessKeyId: { } id, SecretAccessKey: { } secret })
        {
            return options.SessionToken is { } session ? new SessionAWSCredentials(id, secret, session) : new BasicAWSCredentials(id, secret);
        }

        if (options.Profile is null && options.CredentialsFile is null)
        {
            return null;
        }

        var profile = options.Profile ?? "default";
        return new CredentialProfileStoreChain(options.CredentialsFile).TryGetAWSCredentials(profile, out var found)
            ? found
            : throw new ArgumentException($"The credentials file {options.CredentialsFile ?? "~/.aws/credentials"} has no profile '{profile}'.", nameof(options));
    }
}
