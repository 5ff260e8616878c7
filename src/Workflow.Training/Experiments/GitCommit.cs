namespace Workflow.Training.Experiments;

/// <summary>Reads the current commit out of a git working tree's own files.</summary>
internal static class GitCommit
{
    /// <summary>Gives the commit of the working tree around a folder, or null outside of one or before its first commit.</summary>
    public static string? Find(string folder)
    {
        try
        {
            for (var place = new DirectoryInfo(folder); place is not null; place = place.Parent)
            {
                var git = Path.Combine(place.FullName, ".git");
                if (Directory.Exists(git))
                {
                    return Read(git, git);
                }

                // A linked working tree has a file that points to its own part of the repository.
                if (File.Exists(git) && File.ReadAllText(git).Trim() is { } text && text.StartsWith("gitdir: ", StringComparison.Ordinal))
                {
                    var own = Path.GetFullPath(text["gitdir: ".Length..], place.FullName);
                    var common = Path.Combine(own, "commondir");
                    return Read(own, File.Exists(common) ? Path.GetFullPath(File.ReadAllText(common).Trim(), own) : own);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // A fact that cannot be read is left out.
        }

        return null;
    }

    private static string? Read(string own, string common)
    {
        var head = File.ReadAllText(Path.Combine(own, "HEAD")).Trim();
        if (!head.StartsWith("ref: ", StringComparison.Ordinal))
        {
            return IsCommit(head) ? head : null;
        }

        var name = head["ref: ".Length..];
        var loose = Path.Combine(common, name);
        if (File.Exists(loose))
        {
            return File.ReadAllText(loose).Trim() is { } commit && IsCommit(commit) ? commit : null;
        }

        var packed = Path.Combine(common, "packed-refs");
        return File.Exists(packed)
            ? File.ReadLines(packed).Select(l => l.Split(' ', 2)).FirstOrDefault(p => p.Length == 2 && p[1] == name && IsCommit(p[0]))?[0]
            : null;
    }

    private static bool IsCommit(string text) => text.Length is 40 or 64 && text.All(char.IsAsciiHexDigitLower);
}
