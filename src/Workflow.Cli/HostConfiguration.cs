using Microsoft.Extensions.Configuration;

namespace Workflow.Cli;

/// <summary>Reads the <c>Workflow:</c> section that a host keeps in <c>workflow.json</c>.</summary>
internal static class HostConfiguration
{
    /// <summary>Gives <c>Workflow:Data:Root</c>, or null where the file does not set it.</summary>
    /// <exception cref="InvalidDataException">The file is no JSON; names it.</exception>
    public static string? ReadRoot(string file)
    {
        try
        {
            var root = new ConfigurationBuilder().AddJsonFile(file, optional: false, reloadOnChange: false).Build()["Workflow:Data:Root"];
            return root is null || !string.IsNullOrWhiteSpace(root)
                ? root
                : throw new InvalidDataException("Workflow:Data:Root is empty; name a folder, or leave it out.");
        }
        catch (Exception e) when (e is FormatException or InvalidDataException)
        {
            throw new InvalidDataException($"'{file}' must be a host's configuration in JSON: {(e.InnerException ?? e).Message}", e);
        }
    }
}
