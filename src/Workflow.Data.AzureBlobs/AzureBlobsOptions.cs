namespace Workflow.Data.AzureBlobs;

/// <summary>Where objects are kept in Azure Blob Storage and how it is reached. Bound from <c>Workflow:Data:AzureBlobs</c>, validated when the host starts.</summary>
/// <remarks>One of <see cref="ConnectionString"/> and <see cref="AccountName"/> is required, and with the latter a key, a token or anonymous reading.</remarks>
public sealed class AzureBlobsOptions
{
    /// <summary>Gets or sets the container, which has to exist. Required.</summary>
    public string Container { get; set; } = "";

    /// <summary>Gets or sets what all names begin with, without slashes at its ends. Default: nothing.</summary>
    public string Prefix { get; set; } = "";

    /// <summary>Gets or sets the connection string of the account.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Gets or sets the name of the account.</summary>
    public string? AccountName { get; set; }

    /// <summary>Gets or sets the key of the account.</summary>
    public string? AccountKey { get; set; }

    /// <summary>Gets or sets a shared access signature, without the question mark.</summary>
    public string? SasToken { get; set; }

    /// <summary>Gets or sets the address of the blob service. Null: that of the account in the public cloud.</summary>
    public string? Endpoint { get; set; }

    /// <summary>Gets or sets whether requests carry no credentials: for public containers.</summary>
    public bool IsAnonymous { get; set; }

    /// <summary>Gets or sets how often a request that failed for a reason that may pass is tried again. Default 4; from 0 to 20.</summary>
    public int MaxRetries { get; set; } = 4;

    /// <summary>Gets or sets how long the server may be silent within one request. Default one minute; from 100 milliseconds to an hour.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets or sets the bytes of a block; longer blobs are written in blocks. Default 8 MiB; from 1 MiB to 1 GiB.</summary>
    public int BlockBytes { get; set; } = 8 << 20;
}
