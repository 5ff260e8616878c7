using Microsoft.Extensions.Configuration;
using Workflow.Data.Chunking;

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

    /// <summary>Gives which remotes are chunk stores: <c>Workflow:Data:Chunking</c> of the nearest <c>workflow.json</c>; none where there is no such file.</summary>
    /// <param name="folder">Where the search begins, upwards.</param>
    /// <exception cref="InvalidDataException">The file is no JSON; names it.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Settings are wrong; names all of them.</exception>
    public static IReadOnlyDictionary<string, ChunkStoreOptions> ReadChunkStores(string folder) => StateRoot.FindConfiguration(folder) is { } file
        ? ChunkStoreConfiguration.Read(Read(file), Path.GetDirectoryName(file))
        : new Dictionary<string, ChunkStoreOptions>();

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
            throw Wrong(file, e);
        }
    }

    private static InvalidDataException Wrong(string file, Exception e) => new($"'{file}' must be a host's configuration in JSON: {(e.InnerException ?? e).Message}", e);
}
