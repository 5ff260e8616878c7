using System.Text.RegularExpressions;

namespace Workflow.Data.Versioning.Configuration;

/// <summary>One section of a settings file.</summary>
internal sealed partial class ConfigSection
{
    /// <summary>Gets the name as it is written in the file, without quotes, in lower case: <c>core</c> or <c>remote "name"</c>.</summary>
    public required string Title { get; init; }

    /// <summary>Gets the line of its header, from 1; 0 for one that is new.</summary>
    public int Line { get; init; }

    /// <summary>Gets the comments and empty lines before it.</summary>
    public IReadOnlyList<string> Above { get; init; } = [];

    /// <summary>Gets its header as it was written; null for one that is new.</summary>
    public string? Written { get; init; }

    public List<ConfigEntry> Entries { get; init; } = [];

    /// <summary>Gets the kind: the whole title, or <c>remote</c>, <c>machine</c>, <c>db</c> of a named section.</summary>
    public string Kind => Named().Match(Title) is { Success: true } match ? match.Groups["kind"].Value : Title;

    /// <summary>Gets the name of a named section; null for others.</summary>
    public string? Name => Named().Match(Title) is { Success: true } match ? match.Groups["name"].Value : null;

    public static string TitleOf(string kind, string name) => $"{kind} \"{name}\"";

    public ConfigEntry? Find(string key) => Entries.Find(e => e.Key == key);

    public void Set(string key, string value)
    {
        var at = Entries.FindIndex(e => e.Key == key);
        if (at < 0)
        {
            Entries.Add(new ConfigEntry { Key = key, Value = ConfigValue.Of(value) });
        }
        else if (Entries[at].Value.IsList || Entries[at].Value.Text != value)
        {
            Entries[at] = Entries[at].With(ConfigValue.Of(value));
        }
    }

    public void Remove(string key) => Entries.RemoveAll(e => e.Key == key);

    [GeneratedRegex("^\\s*(?<kind>remote|machine|db)\\s*\"(?<name>.*)\"\\s*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Named();
}
