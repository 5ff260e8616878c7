using System.Net;
using System.Net.Sockets;
using Workflow.Data.Storage;
using Workflow.Servers;
using Workflow.Testing.Storage;

namespace Workflow.Data.AzureBlobs;

public sealed class AzureBlobStoreTests : BlobStoreConformance, IAsyncLifetime
{
    private AzureBlobStore? _store;

    protected override IBlobStore Store => _store!;

    // Four blocks of 1 MiB, the last one short.
    protected override int LargeLength => (3 << 20) + 17;

    public async ValueTask InitializeAsync() => _store = new AzureBlobStore(await TestContainer.CreateAsync(prefix: "pre fix/a+b"));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_missing_container_is_named()
    {
        var options = await TestContainer.CreateAsync();
        options.Container = "no-such-container";
        var exception = await Assert.ThrowsAsync<IOException>(() => new AzureBlobStore(options).PutAsync("x", new MemoryStream([1])));
        Assert.Contains("no such container", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refused_credentials_are_told_as_such_and_no_secret_is()
    {
        var options = await TestContainer.CreateAsync();
        options.AccountKey = Convert.ToBase64String(new byte[64]);
        var exception = await Assert.ThrowsAsync<IOException>(() => new AzureBlobStore(options).FindAsync("x"));
        Assert.Contains("credentials are refused", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(options.AccountKey, exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named()
    {
        var options = Local($"http://127.0.0.1:{LoopbackServer.FreePort()}/devstoreaccount1");
        var exception = await Assert.ThrowsAsync<IOException>(() => new AzureBlobStore(options).FindAsync("x"));
        Assert.Contains("cannot be reached", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_silent_is_given_up()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var options = Local($"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/devstoreaccount1");
        options.Timeout = TimeSpan.FromMilliseconds(300);
        await Assert.ThrowsAsync<IOException>(() => new AzureBlobStore(options).FindAsync("x")).WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void A_remote_of_dvc_is_read_whole()
    {
        var settings = new Dictionary<string, string> { ["account_name"] = "account", ["account_key"] = AzuriteServer.Key, ["read_timeout"] = "7" };
        var options = AzureBlobsStoreProvider.Options(new BlobStoreAddress("azure://container/pre/fix", settings));
        Assert.Equal(("container", "pre/fix", "account", AzuriteServer.Key, TimeSpan.FromSeconds(7)), (options.Container, options.Prefix, options.AccountName, options.AccountKey, options.Timeout));
        Assert.Equal("azure://container/pre/fix", new AzureBlobsStoreProvider().Open(new BlobStoreAddress("azure://container/pre/fix", settings)).Location);
    }

    [Fact]
    public void What_needs_the_identity_library_and_what_is_missing_is_refused()
    {
        var identity = new Dictionary<string, string> { ["tenant_id"] = "x", ["client_secret"] = "secret-of-client" };
        var exception = Assert.Throws<ArgumentException>(() => new AzureBlobsStoreProvider().Open(new BlobStoreAddress("azure://container", identity)));
        Assert.All(identity.Keys, key => Assert.Contains(key, exception.Message, StringComparison.Ordinal));
        Assert.DoesNotContain("secret-of-client", exception.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new AzureBlobsStoreProvider().Open(new BlobStoreAddress("azure://container", new Dictionary<string, string> { ["connection_string"] = "nonsense" })));
    }

    private static AzureBlobsOptions Local(string endpoint) => new()
    {
        Container = "container",
        Endpoint = endpoint,
        AccountName = AzuriteServer.Account,
        AccountKey = AzuriteServer.Key,
        MaxRetries = 1,
    };
}
