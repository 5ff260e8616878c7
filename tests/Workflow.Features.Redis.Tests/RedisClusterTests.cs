using StackExchange.Redis;
using Workflow.Features.Online.Stores;
using Workflow.Servers;
using Workflow.Testing.Features;

namespace Workflow.Features.Redis.Tests;

/// <summary>The same against a server in cluster mode, which refuses every command whose keys lie in several slots.</summary>
public sealed class RedisClusterTests : OnlineStoreConformance, IAsyncLifetime
{
    private LoopbackServer? _server;

    public async ValueTask InitializeAsync()
    {
        _server = await RedisServer.StartOwnAsync(isCluster: true);
        await using var admin = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{_server.Port},allowAdmin=true,abortConnect=false");
        await admin.GetServers()[0].ExecuteAsync("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
        while (!((string)(await admin.GetServers()[0].ExecuteAsync("CLUSTER", "INFO"))!).Contains("cluster_state:ok", StringComparison.Ordinal))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    public ValueTask DisposeAsync()
    {
        _server?.Dispose();
        return ValueTask.CompletedTask;
    }

    protected override ValueTask<IOnlineStore> CreateAsync() => ValueTask.FromResult<IOnlineStore>(
        new RedisOnlineStore(new RedisOnlineStoreOptions { Configuration = $"127.0.0.1:{_server!.Port}", Project = "p", Timeout = TimeSpan.FromSeconds(30) }));
}
