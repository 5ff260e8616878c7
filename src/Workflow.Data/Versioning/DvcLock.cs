using System.Globalization;
using System.Text;
using Workflow.Data.Versioning.Configuration;

namespace Workflow.Data.Versioning;

/// <summary>
/// The lock that DVC takes on a repository, <c>.dvc/tmp/lock</c>: a file that stays, locked as a whole (<c>flock</c>), with the
/// holder's process id inside. Held by us, DVC waits three seconds and fails; held by DVC, so do we.
/// </summary>
internal sealed class DvcLock : IDisposable
{
    private const int Attempts = 7;
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(0.5);
    private readonly FileStream _file;

    private DvcLock(FileStream file) => _file = file;

    /// <summary>Takes the lock, trying for three seconds as DVC does.</summary>
    /// <exception cref="DvcException">Of kind <see cref="DvcErrorKind.Locked"/>: another process holds it.</exception>
    public static async Task<DvcLock> AcquireAsync(string dvcFolder, DvcConfiguration configuration, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        if (configuration.HardlinkLock)
        {
            throw new DvcException("The repository sets core.hardlink_lock, a lock of another kind that is not supported here. Unset it: dvc config core.hardlink_lock false");
        }

        var path = Path.Combine(dvcFolder, "tmp", "lock");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return new DvcLock(Open(path));
            }
            catch (IOException exception) when (exception is not (DirectoryNotFoundException or FileNotFoundException or PathTooLongException))
            {
                if (attempt == Attempts)
                {
                    throw new DvcException(
                        DvcErrorKind.Locked,
                        $"Another process works in the repository: it holds '{path}'. Wait until it has ended and run the command again.",
                        exception);
                }
            }

            await Task.Delay(Delay, timeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    // Without sharing .NET takes flock(LOCK_EX | LOCK_NB), the very lock of DVC's zc.lockfile.
    private static FileStream Open(string path)
    {
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        var content = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $" {Environment.ProcessId}\n"));
        RandomAccess.Write(file.SafeFileHandle, content, 0);
        RandomAccess.SetLength(file.SafeFileHandle, content.Length);
        return file;
    }

    public void Dispose() => _file.Dispose();
}
