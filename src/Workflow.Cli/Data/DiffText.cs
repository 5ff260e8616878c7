using System.Globalization;
using System.Text;
using Workflow.Data.Versioning;

namespace Workflow.Cli.Data;

/// <summary>A diff for people: as DVC's lists, or as a Markdown table.</summary>
internal static class DiffText
{
    private const int HashLength = 8;

    public static string Lists(DataDiffResult diff, bool showHash, bool hideMissing)
    {
        var text = new StringBuilder();
        var summary = new List<string>();
        foreach (var (state, entries) in States(diff, hideMissing).Where(static s => s.Entries.Count > 0))
        {
            text.Append(char.ToUpperInvariant(state[0])).Append(state, 1, state.Length - 1).Append(":\n");
            foreach (var entry in entries)
            {
                text.Append("    ").Append(showHash && entry.Hash is not null ? Hash(entry) + "  " : "").Append(Path(entry)).Append('\n');
            }

            text.Append('\n');
            var files = entries.Count(static e => !(e.NewPath ?? e.Path).EndsWith('/'));
            if (files > 0)
            {
                summary.Add(string.Create(CultureInfo.InvariantCulture, $"{files} {state}"));
            }
        }

        return summary.Count == 0 ? text.ToString() : text.Append("files summary: ").AppendJoin(", ", summary).Append('\n').ToString();
    }

    public static string Markdown(DataDiffResult diff, bool showHash, bool hideMissing)
    {
        List<string[]> rows = [showHash ? ["Status", "Hash", "Path"] : ["Status", "Path"]];
        foreach (var (state, entries) in States(diff, hideMissing))
        {
            rows.AddRange(entries.Select(e => showHash ? new[] { state, Hash(e), Path(e) } : [state, Path(e)]));
        }

        var widths = Enumerable.Range(0, rows[0].Length).Select(i => rows.Max(r => r[i].Length)).ToArray();
        var text = new StringBuilder();
        for (var i = 0; i < rows.Count; i++)
        {
            text.Append("| ").AppendJoin(" | ", rows[i].Select((cell, column) => cell.PadRight(widths[column]))).Append(" |\n");
            if (i == 0)
            {
                text.Append('|').AppendJoin('|', widths.Select(static w => new string('-', w + 2))).Append("|\n");
            }
        }

        return text.Append('\n').ToString();
    }

    private static IEnumerable<(string State, IReadOnlyList<DataDiffEntry> Entries)> States(DataDiffResult diff, bool hideMissing)
    {
        yield return ("added", diff.Added);
        yield return ("deleted", diff.Deleted);
        yield return ("renamed", diff.Renamed);
        yield return ("modified", diff.Modified);
        if (!hideMissing)
        {
            yield return ("not in cache", diff.NotInCache);
        }
    }

    private static string Path(DataDiffEntry entry) => entry.NewPath is null ? entry.Path : $"{entry.Path} -> {entry.NewPath}";

    private static string Hash(DataDiffEntry entry) => entry.NewHash is null ? Short(entry.Hash) : $"{Short(entry.Hash)}..{Short(entry.NewHash)}";

    private static string Short(string? hash) => hash?[..Math.Min(hash.Length, HashLength)] ?? "";
}
