using System.Text;

namespace Workflow.Data.Versioning.Configuration;

/// <summary>Writes settings as DVC writes them. A file with comments or empty lines keeps every line that did not change; DVC loses them.</summary>
internal static class ConfigWriter
{
    private const string Indent = "    ";
    private static readonly string[] NamedKinds = ["remote", "machine", "db"];
    private const string SpacesAndQuotes = " \r\n\v\t'\"";

    public static string Write(IReadOnlyList<ConfigSection> sections, IReadOnlyList<string> below, string folder)
    {
        var isDecorated = below.Count > 0 || sections.Any(static s => s.Above.Count > 0 || HasComment(s) || s.Entries.Exists(static e => e.Above.Count > 0 || e.Comment.Length > 0));
        var target = new StringBuilder();
        if (isDecorated)
        {
            WriteKept(target, sections);
            AppendLines(target, below);
            return target.ToString();
        }

        // Named sections come last, those without a key are left out unless they are named.
        foreach (var section in sections.Where(static s => s.Name is null && s.Entries.Count > 0).Concat(Named(sections)))
        {
            target.Append('[').Append(Quote(section.Title, isKey: true)).Append("]\n");
            foreach (var entry in section.Entries)
            {
                AppendEntry(target, Indent, section, entry, folder);
            }
        }

        return target.ToString();
    }

    /// <summary>Makes a path relative to the file's folder, as DVC does with each one it writes.</summary>
    public static string Relative(string folder, string value) =>
        ConfigPath.IsUrl(value) || System.IO.Path.IsPathRooted(value) || ConfigPath.Expand(value) != value
            ? value
            : System.IO.Path.GetRelativePath(folder, System.IO.Path.GetFullPath(value, folder)).Replace(System.IO.Path.DirectorySeparatorChar, '/');

    private static IEnumerable<ConfigSection> Named(IReadOnlyList<ConfigSection> sections) =>
        NamedKinds.SelectMany(kind => sections.Where(s => s.Name is not null && s.Kind == kind));

    private static bool HasComment(ConfigSection section) => section.Written is { } written && written.AsSpan().TrimEnd() is [.., not ']'];

    private static void WriteKept(StringBuilder target, IReadOnlyList<ConfigSection> sections)
    {
        foreach (var section in sections)
        {
            AppendLines(target, section.Above);
            target.Append(section.Written ?? $"[{Quote(section.Title, isKey: true)}]").Append('\n');
            foreach (var entry in section.Entries)
            {
                AppendLines(target, entry.Above);
                if (entry.Written.Count > 0)
                {
                    AppendLines(target, entry.Written);
                }
                else
                {
                    AppendEntry(target, entry.Indent, section, entry, folder: null);
                }
            }
        }
    }

    private static void AppendLines(StringBuilder target, IReadOnlyList<string> lines)
    {
        foreach (var line in lines)
        {
            target.Append(line).Append('\n');
        }
    }

    private static void AppendEntry(StringBuilder target, string indent, ConfigSection section, ConfigEntry entry, string? folder)
    {
        var items = folder is not null && !entry.Value.IsList && ConfigPath.IsPathSetting(section.Kind, entry.Key)
            ? [Relative(folder, entry.Value.Text)]
            : entry.Value.Items;
        var text = !entry.Value.IsList ? Quote(items[0], isKey: false)
            : items.Length == 0 ? ","
            : items.Length == 1 ? Quote(items[0], isKey: true) + ","
            : string.Join(", ", items.Select(static i => Quote(i, isKey: true)));
        target.Append(indent).Append(Quote(entry.Key, isKey: true)).Append(" = ").Append(text).Append(entry.Comment).Append('\n');
    }

    /// <summary>Quotes a text only when it needs quotes. A key or an item of a list cannot have three.</summary>
    private static string Quote(string text, bool isKey)
    {
        if (text.Length == 0)
        {
            return "\"\"";
        }

        var hasSingle = text.Contains('\'', StringComparison.Ordinal);
        var hasDouble = text.Contains('"', StringComparison.Ordinal);
        var hasBreak = text.Contains('\n', StringComparison.Ordinal);
        if ((hasSingle && hasDouble) || hasBreak)
        {
            var quote = text.Contains("'''", StringComparison.Ordinal) ? "\"\"\"" : "'''";
            return isKey && hasBreak || text.Contains(quote, StringComparison.Ordinal) || (isKey && NeedsQuotes(text)) || text.Contains('\r', StringComparison.Ordinal)
                ? throw new DvcException("A name or value holds quotes or line breaks in a way that DVC's settings files cannot express. Choose one without.")
                : isKey ? text : quote + text + quote;
        }

        return !NeedsQuotes(text) ? text : hasDouble ? $"'{text}'" : $"\"{text}\"";
    }

    private static bool NeedsQuotes(string text) =>
        SpacesAndQuotes.Contains(text[0], StringComparison.Ordinal) || SpacesAndQuotes.Contains(text[^1], StringComparison.Ordinal) || text.AsSpan().ContainsAny(',', '#');
}
