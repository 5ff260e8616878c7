using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Workflow.Data.Registry;

namespace Workflow.Cli.Registry;

/// <summary><c>workflow models tag</c>: sets a tag of a model or a version, or takes it away.</summary>
internal static class TagCommand
{
    public static Command Create(CommandHost host)
    {
        var target = new Argument<string>("model") { Description = "NAME, NAME/NUMBER or NAME@ALIAS." };
        var name = new Argument<string>("name") { Description = "The tag's name." };
        var value = new Argument<string?>("value") { Description = "The tag's value.", Arity = ArgumentArity.ZeroOrOne };
        var remove = new Option<bool>("--remove") { Description = "Take the tag away." };
        var actor = RegistryOptions.Actor();
        var command = new Command("tag", "Sets a tag of a model or a version.") { target, name, value, remove, actor, RegistryOptions.Json, RegistryOptions.Root };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(remove) == parsed.GetValue(value) is not null)
            {
                throw new ArgumentException("Expected a value or --remove, and not both.");
            }

            await using var state = host.OpenState(parsed.GetValue(RegistryOptions.Root));
            var registry = state.GetRequiredService<ModelRegistry>();
            var wanted = parsed.GetRequiredValue(target);
            var version = wanted.AsSpan().IndexOfAny('@', '/') < 0 ? null : await registry.ResolveAsync(wanted, cancellationToken);
            await registry.SetTagAsync(
                new ModelTagChange
                {
                    Model = version?.Name ?? wanted,
                    Version = version?.Number,
                    Name = parsed.GetRequiredValue(name),
                    Value = parsed.GetValue(value),
                    Actor = parsed.GetRequiredValue(actor),
                },
                cancellationToken);
            var tags = await registry.GetTagsAsync(version?.Name ?? wanted, version?.Number, cancellationToken);
            var reference = version?.Reference ?? wanted;
            await (parsed.GetValue(RegistryOptions.Json)
                ? host.WriteJsonAsync(new JsonObject { ["name"] = reference, ["tags"] = new JsonObject(tags.Select(t => KeyValuePair.Create(t.Key, (JsonNode?)t.Value))) })
                : host.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{reference} has {tags.Count} tag(s){string.Concat(tags.Select(t => $" {t.Key}={t.Value}"))}")));
            return ExitCode.Done;
        });
        return command;
    }
}
