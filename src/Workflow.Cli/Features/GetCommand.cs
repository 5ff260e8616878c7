using System.CommandLine;
using System.Text.Json.Nodes;
using Workflow.Cli.Registry;
using Workflow.Features.Online;
using Workflow.Features.Online.Stores;
using Workflow.Features.Views;

namespace Workflow.Cli.Features;

/// <summary><c>workflow features get</c>: a service's features of some entities from an online store.</summary>
internal static class GetCommand
{
    public static Command Create(CommandHost host)
    {
        var service = new Option<string>("--service", "-s") { Description = "The feature service.", Required = true };
        var definitions = new Option<string?>("--definitions") { Description = "The file of definitions. Default: what was applied last." };
        var keys = new Option<string[]>("--key", "-k") { Description = "NAME=VALUE: a key of the entity, or an input of a feature on demand. Again for the next entity.", AllowMultipleArgumentsPerToken = true };
        var at = new Option<string?>("--at") { Description = "The query time. Default: now." };
        var store = new OnlineStoreOptions();
        var command = new Command("get", "Reads features of entities as of a time.") { service, definitions, keys, at, store.Redis, store.Project, RegistryOptions.Json, RegistryOptions.Root };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var source = await DefinitionSource.OpenAsync(host, parsed.GetValue(definitions), parsed.GetRequiredValue(service), parsed.GetValue(RegistryOptions.Root), cancellationToken);
            var time = TimeProvider.System.GetUtcNow();
            if (parsed.GetValue(at) is { } text)
            {
                OnlineStoreOptions.RequireTime("--at", text, out time);
            }

            using var requests = RequestColumns.Parse(source.Service, parsed.GetValue(keys) ?? []);
            await using var opened = store.Open(host, parsed, mustExist: true);
            using var answer = await new OnlineReader(opened, source.Service).ReadAsync(requests, time, cancellationToken);
            if (parsed.GetValue(RegistryOptions.Json))
            {
                await host.WriteJsonAsync(Document(answer, time));
                return ExitCode.Done;
            }

            for (var row = 0; row < answer.Values.Length; row++)
            {
                await host.Output.WriteLineAsync(string.Join(' ', answer.Requests.Schema.FieldsList.Select((f, c) => $"{f.Name}={RequestColumns.Text(answer.Requests.Column(c), row)}")));
                for (var column = 0; column < answer.FeatureNames.Length; column++)
                {
                    await host.Output.WriteLineAsync($"  {answer.FeatureNames[column]} {JsonValues.Of(answer.Values.Column(column), row)?.ToJsonString() ?? "null"} {Name(answer.Status(row, column))}{(answer.EventTime(row, column) is { } moment ? " " + OnlineStoreOptions.Text(moment) : "")}");
                }
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static JsonObject Document(OnlineAnswer answer, DateTimeOffset time) => new()
    {
        ["service"] = answer.Service.Name,
        ["digest"] = answer.ServiceDigest.ToString(),
        ["at"] = OnlineStoreOptions.Text(time),
        ["complete"] = answer.IsComplete,
        ["entities"] = new JsonArray([.. Enumerable.Range(0, answer.Values.Length).Select(row => new JsonObject
        {
            ["keys"] = new JsonObject(answer.Requests.Schema.FieldsList.Select((f, c) => KeyValuePair.Create(f.Name, JsonValues.Of(answer.Requests.Column(c), row)))),
            ["features"] = new JsonObject(answer.FeatureNames.Select((name, column) => KeyValuePair.Create(name, (JsonNode?)new JsonObject
            {
                ["value"] = JsonValues.Of(answer.Values.Column(column), row),
                ["status"] = Name(answer.Status(row, column)),
                ["eventTime"] = answer.EventTime(row, column) is { } moment ? OnlineStoreOptions.Text(moment) : null,
            }))),
        })]),
    };

    private static string Name(FeatureStatus status) => status switch
    {
        FeatureStatus.Present => "present",
        FeatureStatus.NullValue => "null_value",
        FeatureStatus.NotFound => "not_found",
        FeatureStatus.OutsideMaxAge => "outside_max_age",
        FeatureStatus.NotAnswered => "not_answered",
        FeatureStatus.OtherDefinition => "other_definition",
        _ => "invalid",
    };
}
