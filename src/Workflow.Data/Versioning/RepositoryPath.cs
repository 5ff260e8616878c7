namespace Workflow.Data.Versioning;

/// <summary>Paths relative to a repository's root, with <c>/</c>, without <c>.</c> and <c>..</c>; the root itself is empty.</summary>
internal static class RepositoryPath
{
    /// <summary>Resolves a path by its text alone, as a shell would.</summary>
    /// <returns>Null when it lies outside the repository.</returns>
    public static string? TryResolve(string root, string folder, string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, folder));
        return full == root ? ""
            : full.StartsWith(root.EndsWith(Path.DirectorySeparatorChar) ? root : root + Path.DirectorySeparatorChar, StringComparison.Ordinal)
                ? full[(root.Length + (root.EndsWith(Path.DirectorySeparatorChar) ? 0 : 1))..].Replace(Path.DirectorySeparatorChar, '/')
                : null;
    }

    public static string FolderOf(string path) => path.LastIndexOf('/') is var slash and >= 0 ? path[..slash] : "";

    public static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    public static string Join(string folder, string name) => folder.Length == 0 ? name : $"{folder}/{name}";

    public static bool IsInside(string path, string folder) =>
        folder.Length == 0 ? path.Length > 0 : path.Length > folder.Length && path[folder.Length] == '/' && path.StartsWith(folder, StringComparison.Ordinal);
}
