using System.CommandLine;
using System.Text.Json.Nodes;
using Workflow.Data.Versioning;

namespace Workflow.Cli.Data;

/// <summary><c>workflow data remote</c>.</summary>
internal static class RemoteCommands
{
    public static Command Create(CommandHost host) => new("remote", "Where data is pushed to and pulled from.")
    {
        Add(host),
        List(host),
        Default(host),
        Modify(host),
        Remove(host),
        Rename(host),
    };

    private static Command Add(CommandHost host)
    {
        var level = new ConfigLevelOption();
        var name = Name();
        var url = new Argument<string>("url") { Description = "A URL or a path." };
        var isDefault = new Option<bool>("--default", "-d") { Description = "Make it the default remote." };
        var force = new Option<bool>("--force", "-f") { Description = "Replace a remote of that name." };
        var command = level.AddTo(new Command("add", "Adds a remote.") { name, url, isDefault, force });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new DataRemoteAddOptions { Default = parsed.GetValue(isDefault), Force = parsed.GetValue(force), Level = level.Of(parsed) ?? DataConfigLevel.Repository };
            await Open(host).AddAsync(parsed.GetRequiredValue(name), parsed.GetRequiredValue(url), options, cancellationToken);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command List(CommandHost host)
    {
        var level = new ConfigLevelOption();
        var json = DataOption.Json();
        var command = level.AddTo(new Command("list", "Names the remotes.") { json });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var remotes = await Open(host).ListAsync(level.Of(parsed), cancellationToken);
            if (parsed.GetValue(json))
            {
                await host.WriteJsonAsync(new JsonArray([.. remotes.Select(r => (JsonNode)new JsonObject { ["name"] = r.Name, ["url"] = r.DisplayUrl, ["default"] = r.IsDefault })]));
                return ExitCode.Done;
            }

            foreach (var remote in remotes)
            {
                await host.Output.WriteLineAsync($"{remote.Name}\t{remote.DisplayUrl}{(remote.IsDefault ? "\t(default)" : "")}");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Command Default(CommandHost host)
    {
        var level = new ConfigLevelOption();
        var name = new Argument<string?>("name") { Description = "The remote; none: say which one it is.", Arity = ArgumentArity.ZeroOrOne };
        var unset = new Option<bool>("--unset", "-u") { Description = "No default remote." };
        var command = level.AddTo(new Command("default", "Says or sets which remote is the default one.") { name, unset });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var remotes = Open(host);
            if (parsed.GetValue(name) is not { } wanted && !parsed.GetValue(unset))
            {
                var known = await remotes.GetDefaultAsync(level.Of(parsed), cancellationToken);
                await (known is null ? host.Error.WriteLineAsync("error: there is no default remote. Set it: workflow data remote default NAME") : host.Output.WriteLineAsync(known));
                return known is null ? ExitCode.BadInput : ExitCode.Done;
            }

            await remotes.SetDefaultAsync(parsed.GetValue(unset) ? null : parsed.GetValue(name), level.Of(parsed) ?? DataConfigLevel.Repository, cancellationToken);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Modify(CommandHost host)
    {
        var level = new ConfigLevelOption();
        var name = Name();
        var option = new Argument<string>("option") { Description = "The setting, e.g. jobs." };
        var value = new Argument<string?>("value") { Description = "Its value.", Arity = ArgumentArity.ZeroOrOne };
        var unset = new Option<bool>("--unset", "-u") { Description = "Remove the setting." };
        var command = level.AddTo(new Command("modify", "Changes a setting of a remote; secrets belong into --local.") { name, option, value, unset });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (!parsed.GetValue(unset) && parsed.GetValue(value) is null)
            {
                throw new ArgumentException($"The setting '{parsed.GetValue(option)}' needs a value, or -u to remove it.");
            }

            await Open(host).SetAsync(
                parsed.GetRequiredValue(name), parsed.GetRequiredValue(option), parsed.GetValue(unset) ? null : parsed.GetValue(value), level.Of(parsed) ?? DataConfigLevel.Repository, cancellationToken);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Remove(CommandHost host)
    {
        var level = new ConfigLevelOption();
        var name = Name();
        var command = level.AddTo(new Command("remove", "Removes a remote; its data stays.") { name });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await Open(host).RemoveAsync(parsed.GetRequiredValue(name), level.Of(parsed) ?? DataConfigLevel.Repository, cancellationToken);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Rename(CommandHost host)
    {
        var level = new ConfigLevelOption();
        var name = Name();
        var newName = new Argument<string>("new") { Description = "Its new name." };
        var command = level.AddTo(new Command("rename", "Renames a remote.") { name, newName });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await Open(host).RenameAsync(parsed.GetRequiredValue(name), parsed.GetRequiredValue(newName), level.Of(parsed) ?? DataConfigLevel.Repository, cancellationToken);
            return ExitCode.Done;
        });
        return command;
    }

    private static DataRemotes Open(CommandHost host) => DataRemotes.Open(host.CurrentFolder);

    private static Argument<string> Name() => new("name") { Description = "The remote's name." };
}
