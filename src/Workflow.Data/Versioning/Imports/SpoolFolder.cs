using System.Globalization;

namespace Workflow.Data.Versioning.Imports;

/// <summary>A folder for content on its way, deleted in the end. What a killed process left is deleted by the next one, which holds the repository's lock.</summary>
internal sealed class SpoolFolder : IDisposable
{
    private const string Prefix = "spool-";
    private long _last;

    public SpoolFolder(string parent)
    {
        Directory.CreateDirectory(parent);
        foreach (var left in Directory.EnumerateDirectories(parent, Prefix + "*"))
        {
            Directory.Delete(left, recursive: true);
        }

        Folder = Path.Combine(parent, $"{Prefix}{Guid.NewGuid():n}");
        Directory.CreateDirectory(Folder);
    }

    public string Folder { get; }

    public string NewFile() => Path.Combine(Folder, Interlocked.Increment(ref _last).ToString(CultureInfo.InvariantCulture));

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
