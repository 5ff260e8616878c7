using System.Text;
using Workflow.Data.Versioning;

namespace Workflow.Cli.Data;

/// <summary>A data status for people.</summary>
internal static class StatusText
{
    public static string Of(DataStatus status)
    {
        var text = new StringBuilder();
        List(text, "Not in cache", status.NotInCache);
        List(text, "Not in remote", status.NotInRemote);
        Changes(text, "DVC committed changes", status.Committed);
        Changes(text, "DVC uncommitted changes", status.Uncommitted);
        List(text, "Untracked files", status.Untracked);
        List(text, "DVC unchanged files", status.Unchanged);
        return text.Length == 0 ? "No changes.\n" : text.ToString();
    }

    private static void List(StringBuilder text, string title, IReadOnlyList<string> names)
    {
        if (names.Count > 0)
        {
            text.Append(title).Append(":\n");
            foreach (var name in names)
            {
                text.Append("  ").Append(name).Append('\n');
            }
        }
    }

    private static void Changes(StringBuilder text, string title, DataChanges changes)
    {
        if (!changes.IsEmpty)
        {
            text.Append(title).Append(":\n");
            Names(text, "added", changes.Added);
            Names(text, "modified", changes.Modified);
            Names(text, "deleted", changes.Deleted);
            Names(text, "renamed", [.. changes.Renamed.Select(r => $"{r.Old} -> {r.New}")]);
            Names(text, "unknown", changes.Unknown);
        }
    }

    private static void Names(StringBuilder text, string kind, IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            text.Append("  ").Append(kind).Append(": ").Append(name).Append('\n');
        }
    }
}
