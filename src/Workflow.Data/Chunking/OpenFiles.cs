using Microsoft.Win32.SafeHandles;

namespace Workflow.Data.Chunking;

/// <summary>Files that are written by many threads: each keeps the one open that it wrote last, since the chunks of a file mostly follow one another. Safe for concurrent use.</summary>
internal sealed class OpenFiles(IReadOnlyList<string> paths) : IDisposable
{
    private readonly ThreadLocal<OpenFile> _open = new(static () => new OpenFile(), trackAllValues: true);

    public void Write(int item, long offset, ReadOnlySpan<byte> bytes) => RandomAccess.Write(Open(item), bytes, offset);

    /// <summary>Makes the file if it is not there.</summary>
    public void Touch(int item) => Open(item);

    /// <summary>Closes all; called when no thread writes.</summary>
    public void Close()
    {
        foreach (var open in _open.Values)
        {
            open.Handle?.Dispose();
            open.Handle = null;
        }
    }

    public void Dispose()
    {
        Close();
        _open.Dispose();
    }

    private SafeFileHandle Open(int item)
    {
        var open = _open.Value!;
        if (open.Item != item || open.Handle is null)
        {
            open.Handle?.Dispose();
            open.Handle = File.OpenHandle(paths[item], FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
            open.Item = item;
        }

        return open.Handle;
    }

    private sealed class OpenFile
    {
        public int Item { get; set; } = -1;

        public SafeFileHandle? Handle { get; set; }
    }
}
