namespace Workflow.Data.Versioning.Configuration;

/// <summary>The files that settings come from.</summary>
internal static class ConfigLevels
{
    /// <summary>Gets all levels with their files, the weakest first.</summary>
    public static IReadOnlyList<(DataConfigLevel Level, string Path)> All(string dvcFolder) =>
    [
        (DataConfigLevel.System, Path.Combine(SystemFolder(), "config")),
        (DataConfigLevel.Global, Path.Combine(UserFolder(), "config")),
        (DataConfigLevel.Repository, Path.Combine(dvcFolder, "config")),
        (DataConfigLevel.Local, Path.Combine(dvcFolder, "config.local")),
    ];

    private static string SystemFolder() => Environment.GetEnvironmentVariable("DVC_SYSTEM_CONFIG_DIR") is { Length: > 0 } folder ? Path.GetFullPath(folder)
        : OperatingSystem.IsLinux() ? "/etc/xdg/dvc"
        : OperatingSystem.IsMacOS() ? "/Library/Application Support/dvc"
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), "iterative", "dvc");

    private static string UserFolder()
    {
        if (Environment.GetEnvironmentVariable("DVC_GLOBAL_CONFIG_DIR") is { Length: > 0 } folder)
        {
            return Path.GetFullPath(folder);
        }

        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return OperatingSystem.IsLinux() ? Path.Combine(Environment.GetEnvironmentVariable("XDG_CONFIG_HOME") is { Length: > 0 } xdg ? xdg : Path.Combine(home, ".config"), "dvc")
            : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Application Support", "dvc")
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "iterative", "dvc");
    }
}
