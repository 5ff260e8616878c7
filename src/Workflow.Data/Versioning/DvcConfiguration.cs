using System.Globalization;

namespace Workflow.Data.Versioning;

/// <summary>The settings of a repository: system, user, <c>.dvc/config</c>, <c>.dvc/config.local</c>, the later ones winning.</summary>
internal sealed class DvcConfiguration
{
    private readonly Dictionary<string, (string Value, string Folder)> _values = new(StringComparer.Ordinal);

    /// <summary>Gets how long to wait for locks; not a setting of DVC's files.</summary>
    public TimeSpan LockTimeout { get; init; }

    public bool NoScm => IsTrue("core.no_scm");

    public bool Autostage => IsTrue("core.autostage");

    public bool HardlinkLock => IsTrue("core.hardlink_lock");

    public int? ChecksumJobs => int.TryParse(Find("core.checksum_jobs"), NumberStyles.None, CultureInfo.InvariantCulture, out var jobs) && jobs > 0 ? jobs : null;

    public bool SharedCache => Find("cache.shared") == "group";

    public IReadOnlyList<string> LinkTypes => Find("cache.type") is { } text
        ? text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        : ["reflink", "copy"];

    public static DvcConfiguration Load(string dvcFolder, TimeSpan? lockTimeout = null)
    {
        var configuration = new DvcConfiguration { LockTimeout = lockTimeout ?? DataRepository.DefaultLockTimeout };
        foreach (var path in UserPaths().Append(Path.Combine(dvcFolder, "config")).Append(Path.Combine(dvcFolder, "config.local")))
        {
            if (File.Exists(path))
            {
                configuration.Read(path);
            }
        }

        return configuration;
    }

    /// <summary>Gets the cache's folder: absolute, or relative to the file that sets it.</summary>
    public string CacheFolder(string dvcFolder) => _values.TryGetValue("cache.dir", out var entry)
        ? Path.GetFullPath(Path.Combine(entry.Folder, entry.Value))
        : Path.Combine(dvcFolder, "cache");

    /// <summary>Gets the folder of the default remote; null when there is none or it is not a local folder.</summary>
    public string? LocalRemoteFolder =>
        Find("core.remote") is { } name && _values.TryGetValue($"remote \"{name.ToLowerInvariant()}\".url", out var url) && !url.Value.Contains("://", StringComparison.Ordinal)
            ? Path.GetFullPath(Path.Combine(url.Folder, url.Value))
            : null;

    private static IEnumerable<string> UserPaths()
    {
        if (OperatingSystem.IsLinux())
        {
            var system = Environment.GetEnvironmentVariable("DVC_SYSTEM_CONFIG_DIR") ?? "/etc/xdg/dvc";
            var user = Environment.GetEnvironmentVariable("DVC_GLOBAL_CONFIG_DIR")
                ?? Path.Combine(Environment.GetEnvironmentVariable("XDG_CONFIG_HOME") is { Length: > 0 } home
                    ? home
                    : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config"), "dvc");
            yield return Path.Combine(system, "config");
            yield return Path.Combine(user, "config");
        }
    }

    private string? Find(string key) => _values.TryGetValue(key, out var entry) ? entry.Value : null;

    private bool IsTrue(string key)
    {
        if (Find(key) is not { } text)
        {
            return false;
        }

        return text.ToUpperInvariant() switch
        {
            "1" or "TRUE" or "YES" or "ON" or "Y" or "ENABLE" => true,
            "0" or "FALSE" or "NO" or "OFF" or "N" or "DISABLE" => false,
            _ => throw new DvcException($"The setting {key} must be true or false, got '{text}'. Correct it in .dvc/config."),
        };
    }

    private void Read(string path)
    {
        var section = "";
        var number = 0;
        foreach (var raw in File.ReadLines(path))
        {
            number++;
            var line = raw.Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            if (line[0] == '[' && line.EndsWith(']'))
            {
                section = line[1..^1].Trim().Trim('\'').ToLowerInvariant();
                continue;
            }

            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
            {
                throw new DvcException($"{path}, line {number}: expected 'key = value' or '[section]', got '{line}'.");
            }

            var key = $"{section}.{line[..equals].Trim().ToLowerInvariant()}";
            _values[key] = (Unquote(line[(equals + 1)..].Trim()), Path.GetDirectoryName(Path.GetFullPath(path))!);
        }
    }

    private static string Unquote(string value)
    {
        if (value.Length >= 2 && value[0] is '"' or '\'')
        {
            var end = value.IndexOf(value[0], 1);
            if (end > 0)
            {
                return value[1..end];
            }
        }

        var comment = value.IndexOf('#', StringComparison.Ordinal);
        return comment < 0 ? value : value[..comment].TrimEnd();
    }
}
