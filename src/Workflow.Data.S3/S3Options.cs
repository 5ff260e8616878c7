namespace Workflow.Data.S3;

/// <summary>Where objects are kept in S3 and how it is reached. Bound from <c>Workflow:Data:S3</c>, validated when the host starts.</summary>
public sealed class S3Options
{
    /// <summary>Gets or sets the bucket, which has to exist. Required.</summary>
    public string Bucket { get; set; } = "";

    /// <summary>Gets or sets what all keys begin with, without slashes at its ends. Default: nothing.</summary>
    public string Prefix { get; set; } = "";

    /// <summary>Gets or sets the address of a server other than Amazon's, for example <c>http://127.0.0.1:9000</c>. Null: Amazon's.</summary>
    public string? Endpoint { get; set; }

    /// <summary>Gets or sets the region. Null: that of the environment or profile, or <c>us-east-1</c> at an <see cref="Endpoint"/>.</summary>
    public string? Region { get; set; }

    /// <summary>Gets or sets whether the bucket is in the path of an address instead of its host name. Null: with an <see cref="Endpoint"/>.</summary>
    public bool? UsePathStyle { get; set; }

    /// <summary>Gets or sets the key's id. Null: the credentials of the environment, profile or machine are used.</summary>
    public string? AccessKeyId { get; set; }

    /// <summary>Gets or sets the secret of <see cref="AccessKeyId"/>.</summary>
    public string? SecretAccessKey { get; set; }

    /// <summary>Gets or sets the session of temporary credentials.</summary>
    public string? SessionToken { get; set; }

    /// <summary>Gets or sets the profile of the credentials file. Null: the default one.</summary>
    public string? Profile { get; set; }

    /// <summary>Gets or sets the credentials file. Null: <c>~/.aws/credentials</c>.</summary>
    public string? CredentialsFile { get; set; }

    /// <summary>Gets or sets whether requests are not signed: for public buckets.</summary>
    public bool IsAnonymous { get; set; }

    /// <summary>Gets or sets the encryption at rest that is asked for: <c>AES256</c> or <c>aws:kms</c>. Null: the bucket's own.</summary>
    public string? ServerSideEncryption { get; set; }

    /// <summary>Gets or sets the key of <c>aws:kms</c>. Null: the bucket's own.</summary>
    public string? KmsKeyId { get; set; }

    /// <summary>Gets or sets how often a request that failed for a reason that may pass is tried again. Default 4; from 0 to 20.</summary>
    public int MaxRetries { get; set; } = 4;

    /// <summary>Gets or sets how long the server may be silent within one request. Default one minute; from 100 milliseconds to an hour.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets or sets the bytes of a part; longer blobs are written in parts. Default 8 MiB; from 5 MiB to 1 GiB. Held in memory, at most four at once per blob.</summary>
    public int PartBytes { get; set; } = 8 << 20;
}
