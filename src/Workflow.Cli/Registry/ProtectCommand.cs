using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Workflow.Data.Registry;

namespace Workflow.Cli.Registry;

/// <summary><c>workflow models protect</c>: an alias that moves only with evidence.</summary>
internal static class ProtectCommand
{
    public static Command Create(CommandHost host)
    {
        var alias = new Argument<string>("alias") { Description = "NAME@ALIAS." };
        var off = new Option<bool>("--off") { Description = "Protect it no longer." };
        var (actor, reason) = (RegistryOptions.Actor(), RegistryOptions.Reason());
        var command = new Command("protect", "Protects an alias: it moves only with --evidence or --override.") { alias, off, actor, reason, RegistryOptions.Root };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var state = host.OpenState(parsed.GetValue(RegistryOptions.Root));
            var parts = parsed.GetRequiredValue(alias).Split('@');
            if (parts.Length != 2)
            {
                throw new ArgumentException($"Expected NAME@ALIAS, for example delay@champion, got '{parsed.GetRequiredValue(alias)}'.");
            }

            await state.GetRequiredService<ModelRegistry>().ProtectAliasAsync(
                new AliasProtection { Model = parts[0], Alias = parts[1], IsProtected = !parsed.GetValue(off), Actor = parsed.GetRequiredValue(actor), Reason = parsed.GetRequiredValue(reason) },
                cancellationToken);
            await host.Output.WriteLineAsync($"{parts[0]}@{parts[1]} is {(parsed.GetValue(off) ? "not " : "")}protected");
            return ExitCode.Done;
        });
        return command;
    }
}
