using Workflow.Features.Online.Stores;
using Workflow.Testing.Features;

namespace Workflow.Features.Redis.Tests;

public sealed class RedisOnlineStoreConformanceTests : OnlineStoreConformance
{
    protected override async ValueTask<IOnlineStore> CreateAsync() => new RedisOnlineStore(await TestRedis.OptionsAsync());
}

public sealed class RedisOnlineValueConformanceTests : OnlineValueConformance
{
    protected override async ValueTask<IOnlineStore> CreateAsync() => new RedisOnlineStore(await TestRedis.OptionsAsync());
}
