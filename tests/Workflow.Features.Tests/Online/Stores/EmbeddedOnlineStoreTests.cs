using Workflow.Features.Online.Stores;
using Workflow.Testing.Features;

namespace Workflow.Features.Tests.Online.Stores;

public sealed class EmbeddedOnlineStoreInMemoryTests : OnlineStoreConformance
{
    protected override ValueTask<IOnlineStore> CreateAsync() => ValueTask.FromResult<IOnlineStore>(new EmbeddedOnlineStore());
}

public sealed class EmbeddedOnlineStoreTests : OnlineStoreConformance, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("workflow-online-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // A new snapshot every few rows.
    protected override ValueTask<IOnlineStore> CreateAsync() => ValueTask.FromResult<IOnlineStore>(
        new EmbeddedOnlineStore(new EmbeddedOnlineStoreOptions { Folder = Path.Combine(_folder, Guid.NewGuid().ToString("n")), SnapshotAfterBytes = 4096 }));
}

public sealed class EmbeddedOnlineValueTests : OnlineValueConformance
{
    protected override ValueTask<IOnlineStore> CreateAsync() => ValueTask.FromResult<IOnlineStore>(new EmbeddedOnlineStore());
}
