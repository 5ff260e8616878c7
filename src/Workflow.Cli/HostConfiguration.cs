using Microsoft.Extensions.Configuration;

namespace Workflow.Cli;

/// <summary>Reads the <c>Workflow:</c> section that a host keeps in <c>workflow.json</c>.</summary>
internal static class HostConfiguration
{
    /// <summary>Gives <c>Workflow:Data:Root</c>, or null where the file does not set it.</summary>
    /// <exception cref="InvalidDataException">The file is no JSON; names it.</exception>
    public static string? ReadRoot(string file)
    {
        var root = Read(file)["Workflow:Data:Root"];
        return root is null || !string.IsNullOrWhiteSpace(root)
            ? root
            : throw new InvalidDataException($"'{file}' must be a host's configuration in JSON: Workflow:Data:Root is empty; name a folder, or leave it out.");
    }

    /// <summary>Tells whether the file keeps a host's metadata in PostgreSQL.</summary>
    /// <param name="configuration">As <see cref="Read"/> gave it.</param>
    public static bool UsesPostgreSql(IConfiguration configuration) => configuration.GetSection("Workflow:Data:PostgreSql").Exists();

    /// <summary>Reads the whole file.</summary>
    /// <exception cref="InvalidDataException">The file is no JSON; names it, and nothing of its content, which may hold passwords.</exception>
    public static IConfiguration Read(string file)
    {
        try
        {
            return new ConfigurationBuilder().AddJsonFile(file, optional: false, reloadOnChange: false).Build();
        }
        catch (Exception e) when (e is FormatException or InvalidDataException)
        {
            throw new InvalidDataException($"'{file}' must be a host's configuration in JSON: {(e.InnerException ?? e).Message}", e);
        }
    }
}
