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
            return new ConfigurationBuilder().AddJsonFile(file, optional: false, reloadOnChange: false).Build()["Workflow:Data:Root"];
        }
        catch (Exception e) when (e is FormatException or InvalidDataException)
        {
            throw new InvalidDataException($"'{file}' must be a JSON object with a section \"Workflow\": {(e.InnerException ?? e).Message}", e);
        }
    }
}
