namespace Workflow.Features.Tests.Streaming;

/// <summary>A folder as a process that dies would leave it.</summary>
internal sealed class StoreCopy : IDisposable
{
    public StoreCopy() => Directory.CreateDirectory(Folder);

    public string Folder { get; } = Path.Combine(Path.GetTempPath(), $"workflow-features-{Guid.NewGuid():n}");

    public string Last(string kind) => Directory.GetFiles(Folder, kind + "-*.bin").Order(StringComparer.Ordinal).Last();

    public static StoreCopy Of(string folder)
    {
        var copy = new StoreCopy();
        foreach (var file in Directory.GetFiles(folder).Where(static f => !Path.GetFileName(f).StartsWith("lock", StringComparison.Ordinal)))
        {
            var target = Path.Combine(copy.Folder, Path.GetFileName(file));
            if (file.EndsWith(Workflow.Data.Storage.AtomicFile.TemporarySuffix, StringComparison.Ordinal))
            {
                // Its writer has it locked; whatever is in it, it must not matter.
                File.WriteAllBytes(target, new byte[100]);
                continue;
            }

            File.Copy(file, target);
        }

        return copy;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
