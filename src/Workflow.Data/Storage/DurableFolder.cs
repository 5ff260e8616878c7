namespace Workflow.Data.Storage;

/// <summary>Creates folders that are still there after a power cut.</summary>
internal static class DurableFolder
{
    /// <summary>Creates a folder and its missing parents, and synchronises the parent of each one that was missing.</summary>
    /// <param name="folder">A full path.</param>
    public static void Create(string folder)
    {
        var missing = new Stack<string>();
        for (var current = folder; current is not null && !Directory.Exists(current); current = Path.GetDirectoryName(current))
        {
            missing.Push(current);
        }

        foreach (var current in missing)
        {
            Directory.CreateDirectory(current);
            PosixFiles.SynchronizeFolder(Path.GetDirectoryName(current)!);
        }
    }
}
