using System.Collections.Frozen;
using System.Globalization;

namespace Workflow.Data.Versioning.Configuration;

/// <summary>Checks settings as DVC 3.67 checks them before every command: unknown sections, unknown keys, wrong values.</summary>
internal static class ConfigSchema
{
    private static readonly string[] LinkTypes = ["reflink", "hardlink", "symlink", "copy"];

    // DVC checks these sections only for features that lie outside of data versioning: their keys are not checked here.
    private static readonly FrozenSet<string> OtherSections = new[] { "state", "index", "feature", "plots", "exp", "parsing", "hydra", "studio", "machine", "db" }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, SettingKind> Core = Keys(
        "remote site_cache_dir machine",
        booleans: "interactive analytics hardlink_lock no_scm autostage experiments check_update",
        positive: "checksum_jobs");

    private static readonly FrozenDictionary<string, SettingKind> Cache = Keys("dir local s3 gs hdfs webhdfs ssh azure", "protected slow_link_warning verify", "")
        .With(("type", SettingKind.LinkTypes), ("shared", SettingKind.Group));

    /// <summary>Refuses settings that DVC would refuse.</summary>
    /// <exception cref="DvcException">Each wrong setting, with its file and line; values are not repeated where they may be secret.</exception>
    public static void Check(DvcConfiguration configuration)
    {
        var problems = new List<string>();
        foreach (var (title, settings) in configuration.Sections)
        {
            var section = new ConfigSection { Title = title };
            if (section is { Kind: "remote", Name: { } name })
            {
                CheckRemote(name, settings, problems);
            }
            else if (title is "core" or "cache")
            {
                CheckKeys($"[{title}]", settings, title == "core" ? Core : Cache, problems);
            }
            else if (!OtherSections.Contains(section.Kind))
            {
                var where = settings.Values.FirstOrDefault()?.ToString() ?? "the settings";
                problems.Add($"{where}: unknown section [{title}]. Remove it, or correct its name.");
            }
        }

        if (problems.Count > 0)
        {
            throw new DvcException(DvcErrorKind.BadInput, [.. problems]);
        }
    }

    private static void CheckRemote(string name, Dictionary<string, ConfigSetting> settings, List<string> problems)
    {
        if (!settings.TryGetValue("url", out var url))
        {
            var where = settings.Values.FirstOrDefault()?.ToString() ?? "the settings";
            problems.Add($"{where}: the remote '{name}' has no url. Set one (remote modify {name} url URL), or remove the remote where it stands (remote remove --local {name} for config.local).");
            return;
        }

        var scheme = SchemeOf(url.Value.Text);
        if (scheme == "remote")
        {
            return;
        }

        if (RemoteKeys.Of(scheme) is { } keys)
        {
            CheckKeys($"the remote '{name}'", settings, keys, problems);
        }
        else
        {
            problems.Add($"{url}: the remote '{name}' has a url that begins with '{scheme}://'; known are a path and {string.Join(", ", RemoteKeys.Schemes.Select(static s => s + "://"))}.");
        }
    }

    // As a URL is split: without a host it is a path.
    private static string SchemeOf(string url)
    {
        var colon = url.IndexOf("://", StringComparison.Ordinal);
        return colon <= 0 || colon + 3 >= url.Length || url[colon + 3] is '/' or '?' or '#' || !ConfigPath.IsUrl(url) ? "" : url[..colon].ToLowerInvariant();
    }

    private static void CheckKeys(string owner, Dictionary<string, ConfigSetting> settings, FrozenDictionary<string, SettingKind> keys, List<string> problems)
    {
        foreach (var (key, setting) in settings)
        {
            if (!keys.TryGetValue(key, out var kind))
            {
                problems.Add($"{setting}: {owner} has the unknown key '{key}'. Known are {string.Join(", ", keys.Keys.Order(StringComparer.Ordinal))}.");
            }
            else if (Expected(kind, setting.Value) is { } expected)
            {
                problems.Add($"{setting}: '{key}' of {owner} must be {expected}, got {(kind == SettingKind.Text ? "a list" : $"'{setting.Value.Text}'")}.");
            }
        }
    }

    private static string? Expected(SettingKind kind, ConfigValue value)
    {
        var text = value.Text.Trim();
        var isNumber = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && !value.IsList;
        return kind switch
        {
            SettingKind.Text => value.IsList ? "one text; put quotes around commas" : null,
            SettingKind.Boolean => text.ToUpperInvariant() is "TRUE" or "FALSE" && !value.IsList ? null : "true or false",
            SettingKind.Integer => isNumber ? null : "a whole number",
            SettingKind.PositiveInteger => isNumber && number >= 1 ? null : "a whole number from 1 up",
            SettingKind.Seconds => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds >= 0 ? null : "a number of seconds from 0 up",
            SettingKind.Group => text.Equals("group", StringComparison.OrdinalIgnoreCase) ? null : "'group'",
            SettingKind.HttpAuthentication => text.ToUpperInvariant() is "BASIC" or "DIGEST" or "CUSTOM" ? null : "basic, digest or custom",
            _ => value.Items.SelectMany(static i => i.Split(',', StringSplitOptions.TrimEntries)).All(LinkTypes.Contains) ? null : $"one or more of {string.Join(", ", LinkTypes)}, with commas between",
        };
    }

    internal static FrozenDictionary<string, SettingKind> Keys(string texts, string booleans, string positive) => new[]
    {
        (texts, SettingKind.Text), (booleans, SettingKind.Boolean), (positive, SettingKind.PositiveInteger),
    }.SelectMany(static g => g.Item1.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(k => (k, g.Item2))).ToFrozenDictionary(static p => p.k, static p => p.Item2, StringComparer.Ordinal);

    internal static FrozenDictionary<string, SettingKind> With(this FrozenDictionary<string, SettingKind> keys, params (string Key, SettingKind Kind)[] more) =>
        keys.Concat(more.Select(static m => KeyValuePair.Create(m.Key, m.Kind))).DistinctBy(static p => p.Key).ToFrozenDictionary(StringComparer.Ordinal);
}
