using Workflow.Data.Tables;
using Workflow.Features.Catalog;
using Workflow.Features.Definitions;
using Workflow.Features.Views;

namespace Workflow.Cli.Features;

/// <summary>A service and where the files of its sources are.</summary>
internal sealed record DefinitionSource(FeatureService Service, FeatureDefinitions Definitions, string Folder)
{
    /// <summary>Reads a service from a file of definitions.</summary>
    public static async Task<DefinitionSource> OpenAsync(CommandHost host, string? file, string service, string? root, CancellationToken cancellationToken)
    {
        if (file is null)
        {
            await using var state = host.OpenState(root);
            var applied = await DefinitionCommands.Registry(state).FileAsync(DefinitionKind.Service, service, cancellationToken)
                ?? throw new ArgumentException($"No service '{service}' was applied. Apply it with 'workflow features apply', or name the file of definitions with --definitions.");
            return Find(FeatureDefinitions.Parse(applied.Content, "what was applied"), service, Path.Combine(applied.Folder, "applied"));
        }

        var path = Path.GetFullPath(file, host.CurrentFolder);
        return Find(File.Exists(path) ? await FeatureDefinitions.ReadAsync(path, cancellationToken) : throw new FileNotFoundException($"There is no file '{path}'. Check --definitions.", path), service, path);
    }

    /// <summary>Gives the file of a source.</summary>
    public string FileOf(string source) => Definitions.SourcePaths.TryGetValue(source, out var path)
        ? Path.GetFullPath(path, Folder)
        : throw new InvalidDataException($"Source '{source}' has a name and no path: only a host that binds it can read it. Give it a path.");

    /// <summary>Opens the tables of the service's sources, by their names.</summary>
    public async Task<Dictionary<string, TableSource>> SourcesAsync(CancellationToken cancellationToken)
    {
        var sources = new Dictionary<string, TableSource>(StringComparer.Ordinal);
        foreach (var group in Service.Views.Select(static v => v.View).GroupBy(static v => v.Source))
        {
            sources[group.Key] = await TableFiles.OpenAsync(FileOf(group.Key), ColumnHints.OfSource(group), cancellationToken);
        }

        return sources;
    }

    private static DefinitionSource Find(FeatureDefinitions definitions, string service, string path) => new(
        definitions.Services.FirstOrDefault(s => s.Name == service)
            ?? throw new ArgumentException($"'{path}' defines no service '{service}'; it defines {(definitions.Services.IsEmpty ? "none" : string.Join(", ", definitions.Services.Select(static s => $"'{s.Name}'")))}."),
        definitions,
        Path.GetDirectoryName(path)!);
}
