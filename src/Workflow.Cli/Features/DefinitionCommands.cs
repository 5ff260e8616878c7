using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Workflow.Cli.Registry;
using Workflow.Data.Lineage;
using Workflow.Data.Metadata;
using Workflow.Features.Catalog;
using Workflow.Features.Definitions;

namespace Workflow.Cli.Features;

/// <summary><c>workflow features apply | list | show | search</c>.</summary>
internal static class DefinitionCommands
{
    public static Command Apply(CommandHost host)
    {
        var file = new Argument<string>("file") { Description = "The file of definitions." };
        var actor = RegistryOptions.Actor();
        var command = new Command("apply", "Registers definitions: a change of meaning makes a new version.") { file, actor, RegistryOptions.Json, RegistryOptions.Root };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var path = Path.GetFullPath(parsed.GetRequiredValue(file), host.CurrentFolder);
            if (!File.Exists(path))
            {
                throw new FileNotFoundException($"There is no file '{path}'. Check the path.", path);
            }

            // Checked before any state is made.
            var content = await File.ReadAllTextAsync(path, cancellationToken);
            _ = FeatureDefinitions.Parse(content, path);
            await using var state = host.MakeState(parsed.GetValue(RegistryOptions.Root));
            var changes = await Registry(state).ApplyAsync(new DefinitionOrder(content, path, parsed.GetRequiredValue(actor)), cancellationToken);
            if (parsed.GetValue(RegistryOptions.Json))
            {
                await host.WriteJsonAsync(new JsonObject
                {
                    ["definitions"] = new JsonArray([.. changes.Select(c => new JsonObject { ["kind"] = Kind(c.Kind), ["name"] = c.Name, ["version"] = c.Version, ["new"] = c.IsNew })]),
                });
                return ExitCode.Done;
            }

            foreach (var change in changes)
            {
                await host.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{Kind(change.Kind)} {change.Name}@{change.Version} {(change.IsNew ? "new" : "unchanged")}"));
            }

            return ExitCode.Done;
        });
        return command;
    }

    public static Command List(CommandHost host)
    {
        var command = new Command("list", "Lists the views and services, each in its last version.") { RegistryOptions.Json, RegistryOptions.Root };
        command.SetAction((parsed, cancellationToken) => FindAsync(host, parsed, new DefinitionSearch(), cancellationToken));
        return command;
    }

    public static Command Search(CommandHost host)
    {
        var text = new Argument<string?>("text") { Description = "A part of a name, a description or a feature.", Arity = ArgumentArity.ZeroOrOne };
        var tag = new Option<string?>("--tag") { Description = "NAME or NAME=VALUE." };
        var owner = new Option<string?>("--owner") { Description = "Who answers for it." };
        var entity = new Option<string?>("--entity") { Description = "The entity's name." };
        var command = new Command("search", "Finds views and services.") { text, tag, owner, entity, RegistryOptions.Json, RegistryOptions.Root };
        command.SetAction((parsed, cancellationToken) =>
        {
            var pair = parsed.GetValue(tag)?.Split('=', 2);
            return FindAsync(
                host,
                parsed,
                new DefinitionSearch { Text = parsed.GetValue(text), Tag = pair?[0], TagValue = pair is [_, var value] ? value : null, Owner = parsed.GetValue(owner), Entity = parsed.GetValue(entity) },
                cancellationToken);
        });
        return command;
    }

    public static Command Show(CommandHost host)
    {
        var name = new Argument<string>("name") { Description = "A view or a service." };
        var command = new Command("show", "Shows every version of a definition, and who uses it.") { name, RegistryOptions.Json, RegistryOptions.Root };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var state = host.OpenState(parsed.GetValue(RegistryOptions.Root));
            var wanted = parsed.GetRequiredValue(name);
            var versions = await Registry(state).ListVersionsAsync(wanted, cancellationToken);
            if (versions.IsEmpty)
            {
                var names = (await Registry(state).SearchAsync(new DefinitionSearch(), cancellationToken)).Select(static d => $"'{d.Name}'").ToList();
                throw new ArgumentException($"No view or service '{wanted}' was applied; there are {(names.Count == 0 ? "none" : string.Join(", ", names))}.");
            }

            var uses = await Registry(state).UsesAsync(wanted, cancellationToken);
            var models = await ModelsAsync(state, versions, cancellationToken);
            if (parsed.GetValue(RegistryOptions.Json))
            {
                await host.WriteJsonAsync(new JsonObject
                {
                    ["name"] = wanted,
                    ["versions"] = new JsonArray([.. versions.Select(Document)]),
                    ["uses"] = new JsonArray([.. uses.Select(static u => new JsonObject { ["service"] = u.Service, ["feature"] = $"{u.View}.{u.Feature}" })]),
                    ["models"] = new JsonArray([.. models.Select(static m => new JsonObject { ["model"] = m.Model, ["version"] = m.Version })]),
                });
                return ExitCode.Done;
            }

            foreach (var version in versions)
            {
                await host.Output.WriteLineAsync($"{Line(version)}{Environment.NewLine}  {version.Digest}{Environment.NewLine}  {version.CanonicalJson}");
            }

            foreach (var use in uses)
            {
                await host.Output.WriteLineAsync($"  {use.View}.{use.Feature} is used by {use.Service}");
            }

            foreach (var (model, version) in models)
            {
                await host.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"  version {version} is used by model {model}"));
            }

            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Gives the registry over a state's database.</summary>
    public static DefinitionRegistry Registry(ServiceProvider state) => new(state.GetRequiredService<MetadataDatabase>());

    // Runs name the views that they trained on by digest; a meaning that came back has the models of its first version, too.
    private static async Task<List<(string Model, long Version)>> ModelsAsync(ServiceProvider state, IEnumerable<RegisteredDefinition> versions, CancellationToken cancellationToken)
    {
        var lineage = state.GetRequiredService<LineageStore>();
        var models = new List<(string Model, long Version)>();
        foreach (var version in versions.Where(static v => v.Kind == DefinitionKind.View))
        {
            var graph = await lineage.DownstreamAsync(new LineageNode(LineageKinds.FeatureView, version.Digest.ToString()), cancellationToken: cancellationToken);
            models.AddRange(graph.Nodes.Where(static n => n.Kind == LineageKinds.Model).Select(n => (n.Id, version.Version)).OrderBy(static m => m.Id, StringComparer.Ordinal));
        }

        return models;
    }

    private static async Task<int> FindAsync(CommandHost host, ParseResult parsed, DefinitionSearch search, CancellationToken cancellationToken)
    {
        await using var state = host.OpenState(parsed.GetValue(RegistryOptions.Root));
        var found = await Registry(state).SearchAsync(search, cancellationToken);
        if (parsed.GetValue(RegistryOptions.Json))
        {
            await host.WriteJsonAsync(new JsonObject { ["definitions"] = new JsonArray([.. found.Select(Document)]) });
            return ExitCode.Done;
        }

        foreach (var definition in found)
        {
            await host.Output.WriteLineAsync(Line(definition));
        }

        return ExitCode.Done;
    }

    private static string Line(RegisteredDefinition definition) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Kind(definition.Kind)} {definition.Name}@{definition.Version}{(definition.Entity is { } entity ? $" of {entity}" : "")}{(definition.Owner is { } owner ? $", owner {owner}" : "")}{string.Concat(definition.Tags.Select(static t => $" {t.Key}={t.Value}"))}");

    private static JsonNode Document(RegisteredDefinition definition) => new JsonObject
    {
        ["kind"] = Kind(definition.Kind),
        ["name"] = definition.Name,
        ["version"] = definition.Version,
        ["digest"] = definition.Digest.ToString(),
        ["entity"] = definition.Entity,
        ["owner"] = definition.Owner,
        ["sensitivity"] = definition.Sensitivity,
        ["description"] = definition.Description,
        ["tags"] = new JsonObject(definition.Tags.Select(static t => KeyValuePair.Create(t.Key, (JsonNode?)t.Value))),
        ["actor"] = definition.Actor,
        ["appliedAt"] = definition.AppliedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
        ["definition"] = JsonNode.Parse(definition.CanonicalJson),
    };

    private static string Kind(DefinitionKind kind) => kind == DefinitionKind.View ? "view" : "service";
}
