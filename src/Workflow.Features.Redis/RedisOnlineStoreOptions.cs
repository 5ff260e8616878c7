namespace Workflow.Features.Redis;

/// <summary>Where online features are kept in Redis and how it is reached. Bound from <c>Workflow:Features:Redis</c>, validated when the host starts.</summary>
public sealed class RedisOnlineStoreOptions
{
    /// <summary>Gets or sets the servers, for example <c>cache:6379</c> or <c>a:7000,b:7000</c> for a cluster, with StackExchange.Redis's own settings behind commas if need be. Default <c>127.0.0.1:6379</c>.</summary>
    public string Configuration { get; set; } = "127.0.0.1:6379";

    /// <summary>Gets or sets Feast's project, which ends every key. Required.</summary>
    public string Project { get; set; } = "";

    /// <summary>Gets or sets how long a key lives after the last row that was accepted for any of its views, as Feast's <c>key_ttl_seconds</c>: whole seconds. Null: for ever.</summary>
    public TimeSpan? KeyTimeToLive { get; set; }

    /// <summary>Gets or sets the version of Feast's entity keys: 3, or 2 for repositories that still say so. Default 3.</summary>
    public int EntityKeyVersion { get; set; } = 3;

    /// <summary>Gets or sets how long a connection and a command may take. Default 2 seconds; from 10 milliseconds to 10 minutes. A read may have a shorter deadline of its own.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets or sets how many rows are on their way to the server at once. Default 1,000; from 1 to 100,000.</summary>
    public int RowsInFlight { get; set; } = 1_000;
}
