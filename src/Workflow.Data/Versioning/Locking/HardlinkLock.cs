using System.Globalization;
using System.Text;
using Workflow.Data.Storage;

namespace Workflow.Data.Versioning.Locking;

/// <summary>
/// The lock of <c>core.hardlink_lock</c> for file systems without <c>flock</c>: a claim file of one's own, hard-linked to the name
/// of the lock; the link succeeds for one only (the protocol of flufl.lock). The claim holds its own path.
/// </summary>
/// <remarks>
/// DVC dates its claims a year ahead, so a dead holder blocks it until the file is deleted. Our claims name host and process: a
/// waiter of ours on the same host removes that of a process that is no more.
/// </remarks>
internal sealed class HardlinkLock : IDisposable
{
    private const char Separator = '|';
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);
    private readonly string _path;
    private readonly string _claim;

    private HardlinkLock(string path, string claim) => (_path, _claim) = (path, claim);

    public static HardlinkLock? TryTake(string path, TimeProvider timeProvider)
    {
        var claim = string.Create(CultureInfo.InvariantCulture, $"{path}{Separator}{Environment.MachineName}{Separator}{Environment.ProcessId}{Separator}{Guid.NewGuid():n}");
        File.WriteAllText(claim, claim, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        File.SetLastWriteTimeUtc(claim, timeProvider.GetUtcNow().UtcDateTime + Lifetime);
        if (PosixFiles.TryHardLink(claim, path))
        {
            return new HardlinkLock(path, claim);
        }

        File.Delete(claim);
        if (!File.Exists(path))
        {
            // Given back just now, or the file system has no hard links.
            return null;
        }

        BreakIfDead(path);
        return null;
    }

    public void Dispose()
    {
        File.Delete(_path);
        File.Delete(_claim);
    }

    private static void BreakIfDead(string path)
    {
        try
        {
            var winner = File.ReadAllText(path);
            var fields = winner.Split(Separator);
            if (fields.Length == 4 && fields[0] == path && fields[1] == Environment.MachineName
                && int.TryParse(fields[2], CultureInfo.InvariantCulture, out var process) && !ReadWriteLockFile.IsAlive(process))
            {
                File.Delete(path);
                File.Delete(winner);
            }
        }
        catch (IOException)
        {
            // Somebody else gave it back or broke it.
        }
    }
}
