using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning.Ignoring;

/// <summary>Expands shell patterns as Python's <c>glob</c> does, whose answers DVC takes.</summary>
internal static class TargetGlob
{
    /// <summary>Expands patterns below a folder.</summary>
    /// <returns>Paths relative to the folder, ordered by code point.</returns>
    /// <exception cref="DvcException">Nothing matches at all.</exception>
    public static IReadOnlyList<string> Expand(string folder, IEnumerable<string> patterns)
    {
        var found = new SortedSet<string>(CodePointComparer.Instance);
        var all = patterns.ToList();
        foreach (var pattern in all)
        {
            if (Path.IsPathRooted(pattern) || pattern.Split('/').Contains(".."))
            {
                throw new DvcException($"The pattern '{pattern}' must stay below the folder '{folder}'.");
            }

            Expand(folder, "", pattern.Split('/', StringSplitOptions.RemoveEmptyEntries), found);
        }

        return found.Count > 0 ? [.. found] : throw new DvcException($"Nothing matches {string.Join(", ", all.Select(static p => $"'{p}'"))} in '{folder}'.");
    }

    private static void Expand(string root, string folder, ReadOnlySpan<string> segments, SortedSet<string> found)
    {
        if (segments.IsEmpty)
        {
            if (folder.Length > 0)
            {
                found.Add(folder);
            }

            return;
        }

        var full = Path.Combine(root, folder);
        if (segments[0] == "**")
        {
            Expand(root, folder, segments[1..], found);
            foreach (var child in Names(full, "*", foldersOnly: segments.Length > 1))
            {
                Expand(root, RepositoryPath.Join(folder, child), Directory.Exists(Path.Combine(full, child)) ? segments : segments[1..], found);
            }

            return;
        }

        if (!segments[0].AsSpan().ContainsAny('*', '?', '['))
        {
            if (Path.Exists(Path.Combine(full, segments[0])))
            {
                Expand(root, RepositoryPath.Join(folder, segments[0]), segments[1..], found);
            }

            return;
        }

        foreach (var name in Names(full, segments[0], foldersOnly: segments.Length > 1))
        {
            Expand(root, RepositoryPath.Join(folder, name), segments[1..], found);
        }
    }

    private static List<string> Names(string folder, string pattern, bool foldersOnly)
    {
        if (!Directory.Exists(folder))
        {
            return [];
        }

        // A backslash is an ordinary character to Python's glob.
        var glob = SegmentGlob.TryParse(pattern.Replace("\\", "\\\\", StringComparison.Ordinal), out var isMeaningless)
            ?? throw new DvcException(isMeaningless ? $"The range in the pattern '{pattern}' is in the wrong order." : $"The pattern '{pattern}' opens a bracket and does not close it.");
        return Directory.EnumerateFileSystemEntries(folder, "*", new EnumerationOptions { AttributesToSkip = FileAttributes.None, MatchType = MatchType.Simple })
            .Where(e => !foldersOnly || Directory.Exists(e))
            .Select(static e => Path.GetFileName(e)!)
            .Where(n => (n[0] != '.' || pattern[0] == '.') && glob.Matches(n))
            .ToList();
    }
}
