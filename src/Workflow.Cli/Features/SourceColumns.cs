namespace Workflow.Cli.Features;

/// <summary>Reads options of the form SOURCE=COLUMN.</summary>
internal static class SourceColumns
{
    public static Dictionary<string, string> Parse(IEnumerable<string> values, string option, DefinitionSource source)
    {
        var known = source.Service.Views.Select(static v => v.View.Source).Distinct(StringComparer.Ordinal).ToList();
        var columns = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var value in values)
        {
            // A source may be a path with '='; a column is what stands after the last.
            var at = value.LastIndexOf('=');
            if (at <= 0 || at == value.Length - 1 || !known.Contains(value[..at], StringComparer.Ordinal))
            {
                throw new ArgumentException($"{option} takes SOURCE=COLUMN with one of the sources {string.Join(", ", known.Select(static k => $"'{k}'"))}, got '{value}'.");
            }

            columns[value[..at]] = value[(at + 1)..];
        }

        return columns;
    }
}
