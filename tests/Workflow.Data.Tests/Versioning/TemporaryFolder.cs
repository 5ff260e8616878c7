namespace Workflow.Data.Versioning;

/// <summary>A folder that is deleted with everything in it, read-only files included.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private const string Memory = "/dev/shm";

    /// <param name="isInMemory">Whether to lie in memory where the machine has such a folder: for many small writes that would each wait for a busy disk.</param>
    public TemporaryFolder(bool isInMemory = false) => Path = isInMemory && Directory.Exists(Memory)
        ? Directory.CreateDirectory(System.IO.Path.Combine(Memory, $"wf-dvc-{Guid.NewGuid():n}")).FullName
        : Directory.CreateTempSubdirectory("wf-dvc-").FullName;

    public string Path { get; }

    public string this[string relative] => System.IO.Path.Combine(Path, relative);

    public void Write(string relative, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[relative])!);
        File.WriteAllText(this[relative], text);
    }

    public string Read(string relative) => File.ReadAllText(this[relative]);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
