using Workflow.Data.Storage;
using Workflow.Testing.Storage;

namespace Workflow.PublicApi.Tests;

public sealed class MemoryObjectStoreTests : ObjectStoreConformance
{
    private readonly MemoryObjectStore _store = new();

    protected override IObjectStore Store => _store;

    protected override Task CorruptAsync(ContentDigest digest)
    {
        _store.Corrupt(digest);
        return Task.CompletedTask;
    }
}
