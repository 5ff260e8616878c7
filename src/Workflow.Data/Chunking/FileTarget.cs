using Workflow.Data.Storage;

namespace Workflow.Data.Chunking;

/// <summary>Files that appear under their names only after every one of them is whole, verified and, if wanted, on disk.</summary>
internal sealed class FileTarget : IChunkTarget, IDisposable
{
    private readonly string[] _paths;
    private readonly string[] _temporaries;
    private readonly OpenFiles _open;
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);
    private bool _isDone;

    /// <param name="paths">Full paths, all different.</param>
    public FileTarget(IReadOnlyList<string> paths)
    {
        _paths = [.. paths];
        _temporaries = new string[paths.Count];
        for (var i = 0; i < paths.Count; i++)
        {
            var folder = Path.GetDirectoryName(_paths[i])!;
            if (_folders.Add(folder))
            {
                Directory.CreateDirectory(folder);
            }

            _temporaries[i] = Path.Combine(folder, $".{Guid.NewGuid():n}{AtomicFile.TemporarySuffix}");
        }

        _open = new OpenFiles(_temporaries);
    }

    public void Write(int item, long offset, ReadOnlySpan<byte> bytes) => _open.Write(item, offset, bytes);

    public void Complete(int item)
    {
        // Also makes the file of an empty content.
        _open.Touch(item);
    }

    public bool TryFail(int item, ChunkStoreException problem) => false;

    /// <summary>Gives the files their names; durable ones survive a power cut from now on.</summary>
    public void Publish(bool isDurable, CancellationToken cancellationToken)
    {
        _open.Close();
        if (isDurable)
        {
            Synchronize(_temporaries);
        }

        cancellationToken.ThrowIfCancellationRequested();
        for (var i = 0; i < _paths.Length; i++)
        {
            File.Move(_temporaries[i], _paths[i], overwrite: true);
        }

        _isDone = true;
        if (isDurable)
        {
            foreach (var folder in _folders)
            {
                PosixFiles.SynchronizeFolder(folder);
            }
        }
    }

    public void Dispose()
    {
        _open.Dispose();
        if (!_isDone)
        {
            foreach (var temporary in _temporaries)
            {
                File.Delete(temporary);
            }
        }
    }

    private static void Synchronize(string[] files)
    {
        // One call for a whole file system is far cheaper than one per file, but writes also what others have pending: for a few, one by one.
        if (files.Length > 64)
        {
            using var any = File.OpenHandle(files[0], FileMode.Open, FileAccess.Write);
            if (PosixFiles.TrySynchronizeFileSystem(any))
            {
                return;
            }
        }

        foreach (var file in files)
        {
            using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.Write);
            RandomAccess.FlushToDisk(handle);
        }
    }
}
