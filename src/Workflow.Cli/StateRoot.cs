namespace Workflow.Cli;

/// <summary>Finds the folder that holds the suite's state.</summary>
internal static class StateRoot
{
    /// <summary>The name of the file that holds a host's <c>Workflow:</c> section and marks its folder.</summary>
    public const string ConfigurationFile = "workflow.json";

    /// <summary>Gives <c>--root</c>, else <c>WORKFLOW_ROOT</c>, else what the nearest <c>workflow.json</c> says, else <c>./workflow</c>.</summary>
    /// <param name="option">The value of <c>--root</c>, or null.</param>
    /// <param name="environment">The value of <c>WORKFLOW_ROOT</c>, or null.</param>
    /// <param name="current">The folder in which the command runs.</param>
    public static string Find(string? option, string? environment, string current)
    {
        if (!string.IsNullOrEmpty(option))
        {
            return Path.GetFullPath(option, current);
        }

        if (!string.IsNullOrEmpty(environment))
        {
            return Path.GetFullPath(environment, current);
        }

        return FindConfiguration(current) is { } file
            ? Path.GetFullPath(HostConfiguration.ReadRoot(file) ?? "workflow", Path.GetDirectoryName(file)!)
            : Path.Combine(current, "workflow");
    }

    /// <summary>Gives the nearest <c>workflow.json</c>, in a folder or above it; null where there is none.</summary>
    /// <param name="current">The folder.</param>
    public static string? FindConfiguration(string current)
    {
        for (var folder = new DirectoryInfo(current); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, ConfigurationFile);
            if (File.Exists(file))
            {
                return file;
            }
        }

        return null;
    }
}
