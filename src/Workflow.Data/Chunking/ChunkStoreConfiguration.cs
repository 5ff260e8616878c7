using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Workflow.Data.Chunking;

/// <summary>Reads which remotes of a DVC repository are chunk stores: a section <c>Workflow:Data:Chunking:&lt;remote&gt;</c> for each.</summary>
/// <remarks>
/// DVC refuses settings and addresses that it does not know, so the choice cannot stand in <c>.dvc/config</c>. A section may hold
/// <c>CompressionLevel</c>, <c>CacheFolder</c>, <c>MaxParallelism</c>, <c>MaxUploads</c>, <c>MaxPackBytes</c>, <c>GracePeriod</c>, and where the
/// key is: <c>KeyFile</c> or <c>KeyVariable</c>. <c>Enabled</c>: <c>false</c> turns one off, <c>true</c> is a section with the defaults.
/// </remarks>
public static class ChunkStoreConfiguration
{
    /// <summary>The section of a host's configuration.</summary>
    public const string Section = "Workflow:Data:Chunking";

    /// <summary>Reads the section of a host's configuration.</summary>
    /// <param name="configuration">The whole configuration.</param>
    /// <param name="folder">Where relative paths start; null: the current directory.</param>
    /// <returns>By the name of the remote, in lower case; for <see cref="Versioning.DataRepository.WithChunkStores"/>.</returns>
    /// <exception cref="OptionsValidationException">Settings are unknown or wrong: all of them are named.</exception>
    public static IReadOnlyDictionary<string, ChunkStoreOptions> Read(IConfiguration configuration, string? folder = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var stores = new Dictionary<string, ChunkStoreOptions>(StringComparer.Ordinal);
        var problems = new List<string>();
        foreach (var section in configuration.GetSection(Section).GetChildren())
        {
            var options = new ChunkStoreOptions();
            var isEnabled = true;
            var known = problems.Count;
            if (section.Value is { Length: > 0 } text)
            {
                problems.Add($"{section.Path}: '{text}' is no section of settings; write {{}} for the defaults.");
            }

            foreach (var setting in section.GetChildren())
            {
                if (!TrySet(options, setting.Key, setting.Value, folder ?? Environment.CurrentDirectory, ref isEnabled))
                {
                    // A key set here by mistake must not get into a log.
                    problems.Add($"{setting.Path}: unknown, or no valid value.");
                }
            }

            try
            {
                options.Validate();
            }
            catch (ArgumentException e)
            {
                problems.Add($"{section.Path}: {e.Message}");
            }

            if (isEnabled && problems.Count == known)
            {
                stores[section.Key.ToLowerInvariant()] = options;
            }
        }

        return problems.Count == 0 ? stores : throw new OptionsValidationException(Section, typeof(ChunkStoreOptions), problems);
    }

    private static bool TrySet(ChunkStoreOptions options, string key, string? value, string folder, ref bool isEnabled)
    {
        var number = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : (int?)null;
        switch (key.ToUpperInvariant())
        {
            case "ENABLED":
                return bool.TryParse(value, out isEnabled);
            case "COMPRESSIONLEVEL":
                options.CompressionLevel = number ?? 0;
                return number is not null;
            case "MAXPARALLELISM":
                options.MaxParallelism = number ?? 1;
                return number is not null;
            case "MAXUPLOADS":
                options.MaxUploads = number ?? 1;
                return number is not null;
            case "MAXPACKBYTES":
                options.MaxPackBytes = number ?? PackFormat.MaximumBytes;
                return number is not null;
            case "GRACEPERIOD":
                options.GracePeriod = TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out var grace) ? grace : options.GracePeriod;
                return grace > TimeSpan.Zero;
            case "CACHEFOLDER":
                options.CacheFolder = string.IsNullOrWhiteSpace(value) ? null : Path.GetFullPath(value, folder);
                return options.CacheFolder is not null;
            case "KEYFILE":
                options.KeyFile = string.IsNullOrWhiteSpace(value) ? null : Path.GetFullPath(value, folder);
                return options.KeyFile is not null;
            case "KEYVARIABLE":
                options.KeyVariable = value;
                return !string.IsNullOrWhiteSpace(value);
            default:
                return false;
        }
    }
}
