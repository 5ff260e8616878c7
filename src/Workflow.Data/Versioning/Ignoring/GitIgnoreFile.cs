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
