using Workflow.Servers;

namespace Workflow.Features.Redis.Tests;

/// <summary>Stores in the shared server, each in a project of its own.</summary>
internal static class TestRedis
{
    public static async Task<RedisOnlineStoreOptions> OptionsAsync() => new()
    {
        Configuration = $"127.0.0.1:{await RedisServer.RequireAsync()}",
        Project = $"p{Guid.NewGuid():n}",
        Timeout = TimeSpan.FromSeconds(30),
    };
}
