using System.Globalization;

namespace Workflow.Data.Versioning.Configuration;

/// <summary>The settings of a repository: system, user, <c>.dvc/config</c>, <c>.dvc/config.local</c>, the later ones winning key by key. Immutable.</summary>
internal sealed class DvcConfiguration
{
    private readonly Dictionary<string, Dictionary<string, ConfigSetting>> _sections = new(StringComparer.Ordinal);
    private readonly List<string> _remotes = [];

    private DvcConfiguration()
    {
    }

    public bool NoScm => IsTrue("core", "no_scm");

    public bool Autostage => IsTrue("core", "autostage");

    public bool HardlinkLock => IsTrue("core", "hardlink_lock");

    public int? ChecksumJobs => int.TryParse(Find("core", "checksum_jobs")?.Value.Text, NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var jobs) && jobs > 0 ? jobs : null;

    public bool SharedCache => Find("cache", "shared")?.Value.Text.ToUpperInvariant() == "GROUP";

    /// <summary>Gets the types of links to try, in that order.</summary>
    public IReadOnlyList<string> LinkTypes => Find("cache", "type") is { } setting
        ? setting.Value.Text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        : ["reflink", "copy"];

    /// <summary>Gets the name of the default remote, in lower case; null for none.</summary>
    public string? DefaultRemote => Find("core", "remote") is { Value.Text: { Length: > 0 } name } ? name.ToLowerInvariant() : null;

    /// <summary>Gets the folder of the default remote; null when there is none or it is not a local folder.</summary>
    public string? LocalRemoteFolder => DefaultRemote is { } name && Remote(name)?.GetValueOrDefault("url") is { } url && !ConfigPath.IsUrl(url.Value.Text)
        ? ConfigPath.Resolve(url.Folder, url.Value.Text)
        : null;

    /// <summary>Gets the names of the remotes, in the order in which the files name them first.</summary>
    public IReadOnlyList<string> RemoteNames => _remotes;

    /// <summary>Gets every section in force: its title and its settings by key.</summary>
    public IReadOnlyDictionary<string, Dictionary<string, ConfigSetting>> Sections => _sections;

    /// <summary>Reads and checks all settings.</summary>
    /// <exception cref="DvcException">Everything that is wrong in them.</exception>
    public static DvcConfiguration Load(string dvcFolder)
    {
        var configuration = Merge(ConfigLevels.All(dvcFolder).Select(static l => ConfigFile.Read(l.Path)));
        ConfigSchema.Check(configuration);
        return configuration;
    }

    /// <summary>Merges files without a check.</summary>
    /// <param name="files">A later one wins.</param>
    public static DvcConfiguration Merge(IEnumerable<ConfigFile> files)
    {
        var configuration = new DvcConfiguration();
        foreach (var file in files)
        {
            foreach (var section in file.Sections)
            {
                configuration.Add(file, section);
            }
        }

        return configuration;
    }

    /// <summary>Gets the cache's folder: absolute, or relative to the file that sets it.</summary>
    public string CacheFolder(string dvcFolder) => Find("cache", "dir") is { } setting ? ConfigPath.Resolve(setting.Folder, setting.Value.Text) : Path.Combine(dvcFolder, "cache");

    /// <summary>Gets the settings of a remote by key, as they are written; null for an unknown one.</summary>
    public IReadOnlyDictionary<string, ConfigSetting>? Remote(string name) => _sections.GetValueOrDefault(ConfigSection.TitleOf("remote", name));

    public ConfigSetting? Find(string section, string key) => _sections.GetValueOrDefault(section)?.GetValueOrDefault(key);

    private bool IsTrue(string section, string key) => Find(section, key)?.Value.Text.ToUpperInvariant() == "TRUE";

    private void Add(ConfigFile file, ConfigSection section)
    {
        var title = section.Name is { } name ? ConfigSection.TitleOf(section.Kind, name) : section.Title;
        if (!_sections.TryGetValue(title, out var settings))
        {
            _sections[title] = settings = new(StringComparer.Ordinal);
            if (section is { Kind: "remote", Name: { } remote })
            {
                _remotes.Add(remote);
            }
        }

        foreach (var entry in section.Entries)
        {
            settings[entry.Key] = new ConfigSetting(entry.Value, file.Path, entry.Line);
        }
    }
}
