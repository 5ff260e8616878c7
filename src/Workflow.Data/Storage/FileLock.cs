using System.Globalization;

namespace Workflow.Data.Storage;

/// <summary>The right to be the only one, of all processes of this machine, that works on a path. Disposing gives it back.</summary>
/// <remarks>
/// <para>It is a lock of the operating system on an open file, so the system gives it back when its holder dies, and a file left behind
/// locks nothing. The file stays; beside it, while the lock is held, lies <c>NAME.holder</c> with the holder's process id.</para>
/// <para>Waits in no particular order. Not for network file systems. Safe for concurrent use.</para>
/// </remarks>
public sealed class FileLock : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private readonly string _path;
    private FileStream? _file;

    private FileLock(string path, FileStream file) => (_path, _file) = (path, file);

    /// <summary>Waits for the lock.</summary>
    /// <param name="path">The lock file, which nothing else uses; created together with its folder when missing.</param>
    /// <param name="timeout">How long to wait; zero tries once.</param>
    /// <param name="timeProvider">The clock that measures the wait; the system's when null.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The lock, which the caller disposes.</returns>
    /// <exception cref="TimeoutException">Somebody else held it all the time; says which process.</exception>
    public static async Task<FileLock> AcquireAsync(string path, TimeSpan timeout, TimeProvider? timeProvider = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(timeout, TimeSpan.Zero);
        var clock = timeProvider ?? TimeProvider.System;
        var target = Path.GetFullPath(path);
        DurableFolder.Create(Path.GetDirectoryName(target) ?? throw new ArgumentException($"'{path}' is not the path of a file.", nameof(path)));

        var start = clock.GetTimestamp();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryOpen(target) is { } file)
            {
                return await SignAsync(target, file).ConfigureAwait(false);
            }

            if (clock.GetElapsedTime(start) >= timeout)
            {
                throw new TimeoutException(
                    $"The lock '{target}' is held by {DescribeHolder(target)}; waited {timeout.TotalSeconds:0.###} s. Wait for it to finish, or end it if it hangs.");
            }

            await Task.Delay(Pause, clock, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _file, null) is { } file)
        {
            try
            {
                // While the lock is still held: afterwards the file would be the next holder's.
                File.Delete(HolderOf(_path));
            }
            finally
            {
                file.Dispose();
            }
        }
    }

    private static async Task<FileLock> SignAsync(string path, FileStream file)
    {
        try
        {
            await File.WriteAllTextAsync(HolderOf(path), Environment.ProcessId.ToString(CultureInfo.InvariantCulture), CancellationToken.None).ConfigureAwait(false);
            return new FileLock(path, file);
        }
        catch
        {
            await file.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static FileStream? TryOpen(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }

    private static string HolderOf(string path) => path + ".holder";

    private static string DescribeHolder(string path)
    {
        try
        {
            return $"process {File.ReadAllText(HolderOf(path)).Trim()}";
        }
        catch (IOException)
        {
            return "a process that has not said who it is";
        }
    }
}
