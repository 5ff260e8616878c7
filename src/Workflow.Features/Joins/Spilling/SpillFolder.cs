using System.Globalization;

namespace Workflow.Features.Joins.Spilling;

/// <summary>A folder for the files of one join. Deleted with all that is in it when disposed.</summary>
/// <remarks>Safe for concurrent use of different files.</remarks>
internal sealed class SpillFolder : IDisposable
{
    private readonly Func<string, Stream> _create;
    private long _written;
    private bool _isDisposed;

    /// <summary>Makes an empty folder.</summary>
    /// <param name="parent">Created when missing.</param>
    /// <param name="create">Opens a new file for writing; null for the file system.</param>
    public SpillFolder(string parent, Func<string, Stream>? create)
    {
        _create = create ?? (static path => new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 1 << 16));
        Path = System.IO.Path.Combine(parent, string.Create(CultureInfo.InvariantCulture, $"workflow-join-{Environment.ProcessId}-{Guid.NewGuid():n}"));
        Guard(() => Directory.CreateDirectory(Path));
    }

    public string Path { get; }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public Stream Create(string path) => Guard(() => _create(path));

    /// <summary>Runs something that writes; what fails says where and how far it got.</summary>
    public async Task WriteAsync(Func<Task<long>> write)
    {
        try
        {
            Interlocked.Add(ref _written, await write().ConfigureAwait(false));
        }
        catch (IOException e)
        {
            throw Fault(e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            if (Directory.Exists(Path))
            {
                Directory.Delete(Path, recursive: true);
            }
        }
    }

    private T Guard<T>(Func<T> open)
    {
        try
        {
            return open();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Fault(e);
        }
    }

    private IOException Fault(Exception e) => e is IOException { Data.Count: > 0 } known && known.Data.Contains(nameof(SpillFolder))
        ? known
        : new IOException(
            $"The join cannot spill to '{Path}' after {Interlocked.Read(ref _written).ToString("N0", CultureInfo.InvariantCulture)} bytes there: {e.Message} "
            + $"Expected room for about twice the tables; free some, name another {nameof(PointInTimeJoinOptions.SpillFolder)}, or raise {nameof(PointInTimeJoinOptions.MemoryLimit)}.",
            e)
        { Data = { [nameof(SpillFolder)] = true } };
}
