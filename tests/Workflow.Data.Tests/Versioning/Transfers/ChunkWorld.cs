using Workflow.Data.Chunking;
using Workflow.Data.Storage;
using Workflow.Testing.Storage;

namespace Workflow.Data.Versioning.Transfers;

/// <summary>A <see cref="TransferWorld"/> whose remote is a chunk store in memory, which counts its requests.</summary>
internal sealed class ChunkWorld : IDisposable
{
    private ChunkWorld(TransferWorld world, MemoryBlobStore blobs, ChunkStoreOptions options) =>
        (World, Blobs, Options, Repository) = (world, blobs, options, Open(world.Repository, blobs, options));

    public TransferWorld World { get; }

    public TemporaryFolder Folder => World.Folder;

    public MemoryBlobStore Blobs { get; }

    public ChunkStoreOptions Options { get; }

    public DataRepository Repository { get; }

    public int Puts => Blobs.Requests.Count(static r => r.Operation == "put");

    public static async Task<ChunkWorld> CreateAsync(int largeBytes = 0, int smallFiles = 0, ChunkStoreOptions? options = null) =>
        new(await TransferWorld.CreateAsync("s3://bucket", largeBytes, smallFiles), new MemoryBlobStore(), options ?? new ChunkStoreOptions());

    public async Task<DataRepository> CloneAsync(string name) => Open(await World.CloneAsync(name), Blobs, Options);

    /// <summary>The same repository with the remote as a plain one.</summary>
    public DataRepository AsPlain() => World.Repository.WithProviders(new Provider(Blobs));

    /// <summary>The chunk store itself.</summary>
    public ChunkStore Store() => new(Blobs, Options);

    public void Dispose() => World.Dispose();

    private static DataRepository Open(DataRepository repository, MemoryBlobStore blobs, ChunkStoreOptions options) => repository
        .WithProviders(new Provider(blobs))
        .WithChunkStores(new Dictionary<string, ChunkStoreOptions> { ["Store"] = options });

    internal sealed class Provider(IBlobStore blobs) : IBlobStoreProvider
    {
        public IReadOnlyList<string> Schemes => ["s3"];

        public IBlobStore Open(BlobStoreAddress address) => blobs;
    }
}
