using System.Net;
using System.Net.Sockets;
using Workflow.Data.Storage;
using Workflow.Servers;
using Workflow.Testing.Storage;

namespace Workflow.Data.S3;

public sealed class S3BlobStoreTests : BlobStoreConformance, IAsyncLifetime
{
    private S3BlobStore? _store;

    protected override IBlobStore Store => _store!;

    // Three parts of 5 MiB, the last one short.
    protected override int LargeLength => (10 << 20) + 17;

    // More than a page of 1,000 and more than one deletion.
    protected override int ManyBlobs => 1_100;

    public async ValueTask InitializeAsync() => _store = new S3BlobStore(await TestBucket.CreateAsync(prefix: "pre fix/a+b"));

    public ValueTask DisposeAsync()
    {
        _store?.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_missing_bucket_is_named()
    {
        var options = await TestBucket.CreateAsync();
        options.Bucket = "no-such-bucket";
        using var store = new S3BlobStore(options);
        var exception = await Assert.ThrowsAsync<IOException>(() => store.PutAsync("x", new MemoryStream([1])));
        Assert.Contains("no such bucket", exception.Message, StringComparison.Ordinal);
        Assert.Contains("s3://no-such-bucket", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named_and_no_secret_is_told()
    {
        var options = Unreachable($"http://127.0.0.1:{LoopbackServer.FreePort()}");
        using var store = new S3BlobStore(options);
        var exception = await Assert.ThrowsAsync<IOException>(() => store.FindAsync("x"));
        Assert.Contains("cannot be reached", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(options.SecretAccessKey!, exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_silent_is_given_up()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var options = Unreachable($"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}");
        options.Timeout = TimeSpan.FromMilliseconds(300);
        using var store = new S3BlobStore(options);
        await Assert.ThrowsAsync<IOException>(() => store.FindAsync("x")).WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Refused_credentials_are_told_as_such()
    {
        await using var server = new RefusingServer("<Error><Code>InvalidAccessKeyId</Code><Message>no</Message></Error>");
        using var store = new S3BlobStore(Unreachable(server.Address));
        foreach (var call in new Func<Task>[] { () => store.PutAsync("x", new MemoryStream([1])), () => store.OpenReadAsync("x"), () => store.FindAsync("x") })
        {
            var exception = await Assert.ThrowsAsync<IOException>(call);
            Assert.Contains("credentials are refused", exception.Message, StringComparison.Ordinal);
        }
    }

    private static S3Options Unreachable(string endpoint) => new()
    {
        Bucket = "bucket",
        Endpoint = endpoint,
        AccessKeyId = "id",
        SecretAccessKey = "the-secret-of-the-key",
        MaxRetries = 1,
    };
}
