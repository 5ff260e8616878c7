using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Workflow.Data.Registry;

namespace Workflow.Cli.Registry;

/// <summary>The registry's answers as JSON and as text.</summary>
internal static class ModelDocuments
{
    public static async Task<JsonNode> ListAsync(ModelRegistry registry, ImmutableArray<RegisteredModel> models, CancellationToken cancellationToken)
    {
        var list = new JsonArray();
        foreach (var model in models)
        {
            list.Add(Model(await registry.ListVersionsAsync(model.Name, cancellationToken), await registry.GetAliasesAsync(model.Name, cancellationToken)));
        }

        return list;
    }

    public static async Task<string> LineAsync(ModelRegistry registry, RegisteredModel model, CancellationToken cancellationToken)
    {
        var versions = await registry.ListVersionsAsync(model.Name, cancellationToken);
        var aliases = await registry.GetAliasesAsync(model.Name, cancellationToken);
        return $"{model.Name}: {versions.Length} version(s){string.Concat(aliases.Select(a => string.Create(CultureInfo.InvariantCulture, $", {a.Alias} is {a.Version}")))}";
    }

    public static JsonNode Model(ImmutableArray<ModelVersion> versions, ImmutableArray<AliasAssignment> aliases) => new JsonObject
    {
        ["name"] = versions[0].Name,
        ["versions"] = new JsonArray([.. versions.Select(v => Version(v, aliases))]),
        ["aliases"] = new JsonArray([.. aliases.Select(Assignment)]),
    };

    public static JsonNode Version(ModelVersion version, ImmutableArray<AliasAssignment> aliases) => new JsonObject
    {
        ["name"] = version.Name,
        ["version"] = version.Number,
        ["artifact"] = version.Artifact.ToString(),
        ["format"] = version.Format,
        ["run"] = version.RunId,
        ["createdBy"] = version.CreatedBy,
        ["createdAt"] = Time(version.CreatedAt),
        ["aliases"] = new JsonArray([.. aliases.Where(a => a.Version == version.Number).Select(a => (JsonNode)a.Alias)]),
        ["signature"] = JsonNode.Parse(SignatureJson.Write(version.Signature)),
        ["facts"] = new JsonObject(version.Facts.Select(f => KeyValuePair.Create(f.Key, (JsonNode?)f.Value))),
    };

    public static JsonNode Hit(ModelSearchHit hit) => new JsonObject
    {
        ["name"] = hit.Version.Name,
        ["version"] = hit.Version.Number,
        ["artifact"] = hit.Version.Artifact.ToString(),
        ["stage"] = hit.Stage.ToString(),
        ["aliases"] = new JsonArray([.. hit.Aliases.Select(a => (JsonNode)a)]),
        ["tags"] = new JsonObject(hit.Tags.Select(t => KeyValuePair.Create(t.Key, (JsonNode?)t.Value))),
        ["facts"] = new JsonObject(hit.Version.Facts.Select(f => KeyValuePair.Create(f.Key, (JsonNode?)f.Value))),
    };

    public static JsonNode Assignment(AliasAssignment assignment) => new JsonObject
    {
        ["model"] = assignment.Model,
        ["alias"] = assignment.Alias,
        ["version"] = assignment.Version,
        ["previousVersion"] = assignment.PreviousVersion,
        ["generation"] = assignment.Generation,
        ["actor"] = assignment.Actor,
        ["reason"] = assignment.Reason,
        ["evidence"] = assignment.Evidence?.ToString(),
        ["at"] = Time(assignment.At),
    };

    public static JsonNode Audit(AuditReport report) => new JsonObject
    {
        ["intact"] = report.IsIntact,
        ["entries"] = report.Entries,
        ["head"] = report.Head.ToString(),
        ["fault"] = report.FirstFault is { } fault ? new JsonObject { ["sequence"] = fault.Sequence, ["what"] = fault.What } : null,
    };

    public static string Text(ModelVersion version, ImmutableArray<AliasAssignment> aliases)
    {
        var text = new StringBuilder();
        var held = string.Join(", ", aliases.Where(a => a.Version == version.Number).Select(a => a.Alias));
        text.Append(CultureInfo.InvariantCulture, $"{version.Reference}{(held.Length > 0 ? $" ({held})" : "")}\n");
        text.Append(CultureInfo.InvariantCulture, $"  artifact  {version.Artifact} ({version.Format})\n");
        text.Append(CultureInfo.InvariantCulture, $"  run       {version.RunId ?? "none"}\n");
        text.Append(CultureInfo.InvariantCulture, $"  created   {Time(version.CreatedAt)} by {version.CreatedBy}\n");
        foreach (var (key, value) in version.Facts)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {key}  {value}\n");
        }

        return text.ToString();
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
