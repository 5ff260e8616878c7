using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Workflow.Data.Versioning.Locking;

/// <summary>
/// Many users of the objects of a cache, or one that removes some. Shared: objects that are there stay there. Exclusive: nobody
/// counts on an object that no metafile names yet. A lock of the system (<c>flock</c>) on the cache's folder itself, so it leaves no
/// file, dies with its holder, and holds between repositories that share a cache.
/// </summary>
/// <remarks>Taken before <see cref="DvcLock"/> by whoever needs both. An exclusive one waits until no shared one is left. DVC does not know it.</remarks>
internal sealed class CacheLock : IDisposable
{
    private readonly SafeFileHandle _handle;

    private CacheLock(SafeFileHandle handle) => _handle = handle;

    /// <summary>Waits for the right to use objects.</summary>
    /// <exception cref="DvcException">Of kind <see cref="DvcErrorKind.Locked"/>.</exception>
    public static Task<CacheLock> AcquireSharedAsync(RepositoryContext context, CancellationToken cancellationToken) => AcquireAsync(context, isExclusive: false, cancellationToken);

    /// <summary>Waits for the right to use objects of a cache that exists; one that does not has none to lose.</summary>
    /// <exception cref="DvcException">Of kind <see cref="DvcErrorKind.Locked"/>.</exception>
    public static async Task<CacheLock?> AcquireSharedIfThereAsync(RepositoryContext context, CancellationToken cancellationToken) =>
        Directory.Exists(context.Cache.Folder) ? await AcquireSharedAsync(context, cancellationToken).ConfigureAwait(false) : null;

    /// <summary>Waits for the right to remove objects.</summary>
    /// <exception cref="DvcException">Of kind <see cref="DvcErrorKind.Locked"/>.</exception>
    public static Task<CacheLock> AcquireExclusiveAsync(RepositoryContext context, CancellationToken cancellationToken) => AcquireAsync(context, isExclusive: true, cancellationToken);

    public void Dispose() => _handle.Dispose();

    private static async Task<CacheLock> AcquireAsync(RepositoryContext context, bool isExclusive, CancellationToken cancellationToken)
    {
        var folder = context.Cache.Folder;
        context.Cache.CreateFolder(folder);
        Directory.CreateDirectory(context.OwnFolder);
        var fallback = Path.Combine(context.OwnFolder, "cache.lock");
        var held = await Waiting.ForAsync(() => FolderLock.TryTake(folder, isExclusive, fallback), context.Configuration.LockTimeout, context.TimeProvider, cancellationToken).ConfigureAwait(false);
        return held is not null ? new CacheLock(held) : throw new DvcException(
            DvcErrorKind.Locked,
            string.Create(CultureInfo.InvariantCulture, $"Another process {(isExclusive ? "uses" : "removes")} objects of the cache '{folder}'; waited {context.Configuration.LockTimeout.TotalSeconds:0.#} s. Wait until it has ended and run the command again."));
    }
}
