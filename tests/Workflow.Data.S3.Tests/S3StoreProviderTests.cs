using Workflow.Data.Storage;

namespace Workflow.Data.S3;

public sealed class S3StoreProviderTests
{
    [Fact]
    public void A_remote_of_dvc_is_read_whole()
    {
        var settings = new Dictionary<string, string>
        {
            ["endpointurl"] = "127.0.0.1:9000",
            ["use_ssl"] = "false",
            ["region"] = "eu-west-3",
            ["access_key_id"] = "id",
            ["secret_access_key"] = "secret",
            ["session_token"] = "token",
            ["read_timeout"] = "7",
            ["sse"] = "AES256",
        };
        var options = S3StoreProvider.Options(new BlobStoreAddress("s3://bucket/pre fix/a+b/", settings));
        Assert.Equal(("bucket", "pre fix/a+b", "http://127.0.0.1:9000", "eu-west-3"), (options.Bucket, options.Prefix, options.Endpoint, options.Region));
        Assert.Equal(("id", "secret", "token", TimeSpan.FromSeconds(7), "AES256"), (options.AccessKeyId, options.SecretAccessKey, options.SessionToken, options.Timeout, options.ServerSideEncryption));
        using var store = (S3BlobStore)new S3StoreProvider().Open(new BlobStoreAddress("s3://bucket/pre fix/a+b/", settings));
        Assert.Equal("s3://bucket/pre fix/a+b", store.Location);
    }

    [Fact]
    public void What_would_change_what_is_stored_is_refused()
    {
        var settings = new Dictionary<string, string> { ["acl"] = "public-read", ["grant_read"] = "x", ["ssl_verify"] = "false", ["read_timeout"] = "soon" };
        var exception = Assert.Throws<ArgumentException>(() => new S3StoreProvider().Open(new BlobStoreAddress("s3://bucket", settings)));
        Assert.All(settings.Keys, key => Assert.Contains(key, exception.Message, StringComparison.Ordinal));
    }
}
