using System.Globalization;
using System.Text;
using Workflow.Data.Storage;
using Workflow.Data.Versioning.Configuration;
using Workflow.Data.Versioning.Locking;

namespace Workflow.Data.Versioning;

/// <summary>
/// The lock that DVC takes on a repository, <c>.dvc/tmp/lock</c>: one writer of metafiles and workspace, or many that only read them. A
/// file that stays, locked as a whole (<c>flock</c>), with the process id of the last holder inside; the system gives it back when its
/// holder dies. With <c>core.hardlink_lock</c> it is DVC's other kind (<see cref="HardlinkLock"/>), which readers cannot share.
/// </summary>
/// <remarks>Who needs the <see cref="CacheLock"/>, too, takes that first. DVC itself waits three seconds for us and fails.</remarks>
internal sealed class DvcLock : IDisposable
{
    private readonly IDisposable _held;

    private DvcLock(IDisposable held) => _held = held;

    /// <summary>Takes the lock, waiting for <see cref="DvcConfiguration.LockTimeout"/>.</summary>
    /// <exception cref="DvcException">Of kind <see cref="DvcErrorKind.Locked"/>: another process held it all the time.</exception>
    public static Task<DvcLock> AcquireAsync(string dvcFolder, DvcConfiguration configuration, TimeProvider timeProvider, CancellationToken cancellationToken) =>
        AcquireAsync(Path.Combine(dvcFolder, "tmp", "lock"), isShared: false, configuration, timeProvider, cancellationToken);

    /// <summary>Takes the lock together with others that only read metafiles and workspace: no writer of ours and no command of DVC runs meanwhile.</summary>
    /// <exception cref="DvcException">Of kind <see cref="DvcErrorKind.Locked"/>: somebody wrote all the time.</exception>
    public static Task<DvcLock> AcquireSharedAsync(RepositoryContext context, CancellationToken cancellationToken) =>
        AcquireAsync(Path.Combine(context.DvcFolder, "tmp", "lock"), isShared: true, context.Configuration, context.TimeProvider, cancellationToken);

    /// <summary>Takes the lock that guards <c>.dvc/tmp/rwlock</c> while it is edited.</summary>
    public static Task<DvcLock> AcquireGuardAsync(string dvcFolder, DvcConfiguration configuration, TimeProvider timeProvider, CancellationToken cancellationToken) =>
        AcquireAsync(Path.Combine(dvcFolder, "tmp", "rwlock.lock"), isShared: false, configuration, timeProvider, cancellationToken);

    public void Dispose() => _held.Dispose();

    private static async Task<DvcLock> AcquireAsync(string path, bool isShared, DvcConfiguration configuration, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        Func<IDisposable?> tryTake = configuration.HardlinkLock ? () => HardlinkLock.TryTake(path, timeProvider) : () => TryOpen(path, isShared);
        var held = await Waiting.ForAsync(tryTake, configuration.LockTimeout, timeProvider, cancellationToken).ConfigureAwait(false);
        return held is not null ? new DvcLock(held) : throw new DvcException(
            DvcErrorKind.Locked,
            string.Create(CultureInfo.InvariantCulture, $"Another process works in the repository: {Holder(path)} holds '{path}'; waited {configuration.LockTimeout.TotalSeconds:0.#} s. Wait until it has ended and run the command again."));
    }

    // Without sharing .NET takes flock(LOCK_EX | LOCK_NB), the very lock of DVC's zc.lockfile; with it flock(LOCK_SH | LOCK_NB).
    private static FileStream? TryOpen(string path, bool isShared)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, isShared ? FileShare.ReadWrite : FileShare.None, bufferSize: 0);
        }
        catch (IOException exception) when (exception is not (DirectoryNotFoundException or FileNotFoundException or PathTooLongException) && File.Exists(path))
        {
            return null;
        }

        var content = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $" {Environment.ProcessId}\n"));
        RandomAccess.Write(file.SafeFileHandle, content, 0);
        RandomAccess.SetLength(file.SafeFileHandle, content.Length);
        return file;
    }

    // A stream of .NET would ask for a lock itself.
    private static string Holder(string path)
    {
        try
        {
            var text = new byte[32];
            var length = PosixFiles.ReadFile(path, text, out _);
            return $"process {Encoding.ASCII.GetString(text, 0, length).Trim()}";
        }
        catch (IOException)
        {
            return "it";
        }
    }
}
