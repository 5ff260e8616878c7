using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Workflow.Data.Lineage;
using Workflow.Data.Registry;
using Workflow.Data.Storage;

namespace Workflow.Cli.Registry;

/// <summary><c>workflow models copy</c>: copies a version to another name or another root.</summary>
internal static class CopyCommand
{
    public static Command Create(CommandHost host)
    {
        var version = new Argument<string>("version") { Description = "NAME/NUMBER or NAME@ALIAS." };
        var name = new Option<string?>("--name") { Description = "What the model is called there. Default: its name." };
        var to = new Option<string?>("--to-root") { Description = "The folder of the other state, which is made when it is missing. Default: the same." };
        var actor = RegistryOptions.Actor();
        var command = new Command("copy", "Copies a version with artifact, tags and lineage, after checking the audit log.") { version, name, to, actor, RegistryOptions.Json, RegistryOptions.Root };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var state = host.OpenState(parsed.GetValue(RegistryOptions.Root));
            var source = PlaceOf(state);
            await using var other = parsed.GetValue(to) is { } folder
                ? new ServiceCollection().AddWorkflowData(o => o.Root = Path.GetFullPath(folder, host.CurrentFolder)).Services.BuildServiceProvider()
                : null;
            var copy = await new ModelCopier(source, other is null ? source : PlaceOf(other)).CopyAsync(
                new ModelCopyOrder { Reference = parsed.GetRequiredValue(version), TargetName = parsed.GetValue(name), Actor = parsed.GetRequiredValue(actor) },
                cancellationToken);
            await (parsed.GetValue(RegistryOptions.Json)
                ? host.WriteJsonAsync(ModelDocuments.Version(copy, []))
                : host.Output.WriteLineAsync($"{copy.Facts[ModelCopier.SourceFact]} is copied as {copy.Reference}"));
            return ExitCode.Done;
        });
        return command;
    }

    private static RegistryPlace PlaceOf(ServiceProvider state) =>
        new(state.GetRequiredService<ModelRegistry>(), state.GetRequiredService<IObjectStore>(), state.GetRequiredService<LineageStore>());
}
