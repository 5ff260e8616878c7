namespace Workflow.Data.Storage;

/// <summary>Writes files so that a reader, also one after a power cut, sees the old content or the new, never half of it.</summary>
/// <remarks>
/// Temporary file beside the target → flush to disk → rename → flush of the folder. Safe for concurrent use: of two writers of
/// one file one wins whole. What a killed process leaves behind ends in <see cref="TemporarySuffix"/>.
/// </remarks>
public static class AtomicFile
{
    /// <summary>The end of the names of unfinished files.</summary>
    public const string TemporarySuffix = ".workflow-tmp";

    /// <summary>Replaces or creates a file.</summary>
    /// <param name="path">The target; its folder is created when missing.</param>
    /// <param name="write">Writes the content. When it throws, the target stays as it was.</param>
    /// <param name="cancellationToken">Passed on; the target stays as it was when it is cancelled before the rename.</param>
    public static async Task WriteAsync(string path, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);

        var target = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(target) ?? throw new ArgumentException($"'{path}' is not the path of a file.", nameof(path));
        DurableFolder.Create(folder);
        var temporary = Path.Combine(folder, $".{Guid.NewGuid():n}{TemporarySuffix}");
        try
        {
            var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 1 << 16, FileOptions.Asynchronous);
            await using (stream.ConfigureAwait(false))
            {
                await write(stream, cancellationToken).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
                RandomAccess.FlushToDisk(stream.SafeFileHandle);
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        PosixFiles.SynchronizeFolder(folder);
    }

    /// <summary>Replaces or creates a file with bytes in memory.</summary>
    /// <param name="path">The target; its folder is created when missing.</param>
    /// <param name="content">The whole content.</param>
    /// <param name="cancellationToken">The target stays as it was when it is cancelled before the rename.</param>
    public static Task WriteAllBytesAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) =>
        WriteAsync(path, async (stream, token) => await stream.WriteAsync(content, token).ConfigureAwait(false), cancellationToken);
}
