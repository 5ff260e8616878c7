using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Workflow.Data.Registry;

namespace Workflow.Cli.Registry;

/// <summary><c>workflow models delete</c> and <c>restore</c>.</summary>
internal static class DeleteCommand
{
    public static Command CreateDelete(CommandHost host) => Create(
        host,
        new Command("delete", "Deletes a version that nothing in use needs. It can be restored until it is purged."),
        async (registry, order, token) =>
        {
            var deleted = await registry.DeleteVersionAsync(order, token);
            return $"{deleted.Model}/{deleted.Version} is deleted";
        });

    public static Command CreateRestore(CommandHost host) => Create(
        host,
        new Command("restore", "Brings a deleted version back."),
        async (registry, order, token) => $"{(await registry.RestoreVersionAsync(order, token)).Reference} is there again");

    private static Command Create(CommandHost host, Command command, Func<ModelRegistry, VersionDeletion, CancellationToken, Task<string>> act)
    {
        var version = new Argument<string>("version") { Description = "NAME/NUMBER." };
        var (actor, reason) = (RegistryOptions.Actor(), RegistryOptions.Reason());
        command.Add(version);
        command.Add(actor);
        command.Add(reason);
        command.Add(RegistryOptions.Root);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var state = host.OpenState(parsed.GetValue(RegistryOptions.Root));
            var parts = parsed.GetRequiredValue(version).Split('/');
            if (parts.Length != 2 || !long.TryParse(parts[1], out var number))
            {
                throw new ArgumentException($"Expected NAME/NUMBER, for example delay/3, got '{parsed.GetRequiredValue(version)}'.");
            }

            var order = new VersionDeletion { Model = parts[0], Version = number, Actor = parsed.GetRequiredValue(actor), Reason = parsed.GetRequiredValue(reason) };
            await host.Output.WriteLineAsync(await act(state.GetRequiredService<ModelRegistry>(), order, cancellationToken));
            return ExitCode.Done;
        });
        return command;
    }
}
