using Workflow.Data.Storage;
using Workflow.Testing.Storage;

namespace Workflow.Data.Tests.Storage;

public sealed class BlobObjectStoreTests : ObjectStoreConformance, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly BlobObjectStore _store;

    public BlobObjectStoreTests() => _store = new BlobObjectStore(new LocalBlobStore(_folder["blobs"]), "objects/");

    protected override IObjectStore Store => _store;

    public void Dispose() => _folder.Dispose();

    protected override async Task CorruptAsync(ContentDigest digest)
    {
        var path = _folder["blobs", "objects", digest.Hex[..2], digest.Hex[2..]];
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[^1] ^= 1;
        File.Delete(path);
        await File.WriteAllBytesAsync(path, bytes);
    }
}
