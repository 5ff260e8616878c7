namespace Workflow.Data.Chunking;

/// <summary>Copies of immutable parts of blobs on disk. What is read back is verified by the reader; a copy that cannot be written is none.</summary>
internal sealed class ChunkCache(string? folder)
{
    public byte[]? TryRead(string name, long maximumLength)
    {
        if (folder is null)
        {
            return null;
        }

        try
        {
            var path = Path.Combine(folder, name);
            return new FileInfo(path) is { Exists: true } file && file.Length <= maximumLength ? File.ReadAllBytes(path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Write(string name, ReadOnlySpan<byte> content)
    {
        if (folder is null)
        {
            return;
        }

        try
        {
            Directory.CreateDirectory(folder);
            var temporary = Path.Combine(folder, $".{Guid.NewGuid():n}{Storage.AtomicFile.TemporarySuffix}");
            File.WriteAllBytes(temporary, content);
            File.Move(temporary, Path.Combine(folder, name), overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full disk must not stop a push; the next reader asks the store.
        }
    }
}
