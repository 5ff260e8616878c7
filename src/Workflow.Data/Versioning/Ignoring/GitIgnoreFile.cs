using System.Text;
using Workflow.Data.Storage;

namespace Workflow.Data.Versioning.Ignoring;

/// <summary>The <c>.gitignore</c> beside a tracked output.</summary>
internal static class GitIgnoreFile
{
    /// <summary>Adds a line for an entry of the folder, as DVC does; other lines stay byte for byte.</summary>
    /// <returns>Whether the file had to be written.</returns>
    public static async Task<bool> AddAsync(string path, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        var content = File.Exists(path) ? await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false) : [];
        var present = Encoding.UTF8.GetString(content).ReplaceLineEndings("\n").Split('\n').ToHashSet(StringComparer.Ordinal);
        var lines = names.Select(Escape).Where(present.Add).ToList();
        if (lines.Count == 0)
        {
            return false;
        }

        var addition = (content.Length > 0 && content[^1] != (byte)'\n' ? "\n" : "") + string.Concat(lines.Select(static l => l + "\n"));
        await AtomicFile.WriteAllBytesAsync(path, (byte[])[.. content, .. Encoding.UTF8.GetBytes(addition)], cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Removes the lines of entries, as DVC does: a file that is then empty goes, one with carriage returns loses them.</summary>
    /// <returns>Whether there was such a file.</returns>
    public static async Task<bool> RemoveAsync(string path, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        var content = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
        var gone = names.Select(static n => Escape(n).Trim()).ToHashSet(StringComparer.Ordinal);
        var lines = Encoding.UTF8.GetString(content).Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n');
        var ends = lines[^1].Length == 0;
        var kept = (ends ? lines[..^1] : lines).Where(l => !gone.Contains(l.Trim())).ToList();
        if (kept.Count == 0)
        {
            File.Delete(path);
            return true;
        }

        // The last line keeps its missing end only when it stays the last one.
        var text = string.Join('\n', kept) + (ends || gone.Contains(lines[^1].Trim()) ? "\n" : "");
        await AtomicFile.WriteAllBytesAsync(path, Encoding.UTF8.GetBytes(text), cancellationToken).ConfigureAwait(false);
        return true;
    }

    private static string Escape(string name)
    {
        var line = new StringBuilder("/");
        foreach (var c in name)
        {
            if (c is '[' or ']' or '!' or '*' or '#' or '?' or '\\')
            {
                line.Append('\\');
            }

            line.Append(c);
        }

        return line.ToString();
    }
}
