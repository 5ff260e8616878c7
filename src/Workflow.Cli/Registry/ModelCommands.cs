using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Workflow.Data.Registry;
using Workflow.Data.Storage;

namespace Workflow.Cli.Registry;

/// <summary><c>workflow models</c>: what is registered, who holds which alias, and whether the audit log is intact.</summary>
internal static class ModelCommands
{
    private static readonly Option<bool> Json = RegistryOptions.Json;
    private static readonly Option<string?> Root = RegistryOptions.Root;

    public static Command Create(CommandHost host) => new("models", "Registered models, their versions and aliases.")
    {
        List(host),
        Show(host),
        Alias(host),
        Rollback(host),
        ProtectCommand.Create(host),
        SearchCommand.Create(host),
        TagCommand.Create(host),
        CopyCommand.Create(host),
        DeleteCommand.CreateDelete(host),
        DeleteCommand.CreateRestore(host),
        new Command("audit", "The registry's audit log.") { Verify(host) },
    };

    private static Command List(CommandHost host)
    {
        var command = new Command("list", "Lists the models.") { Json, Root };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var state = host.TryOpenState(parsed.GetValue(Root));
            if (state is null)
            {
                // No registry holds no models: a question with an answer, which must not create one.
                await (parsed.GetValue(Json) ? host.WriteJsonAsync(new JsonArray()) : host.Error.WriteLineAsync(host.NoState(parsed.GetValue(Root)).Message));
                return ExitCode.Done;
            }

            var registry = state.GetRequiredService<ModelRegistry>();
            var models = await registry.ListAsync(cancellationToken);
            if (parsed.GetValue(Json))
            {
                await host.WriteJsonAsync(await ModelDocuments.ListAsync(registry, models, cancellationToken));
                return ExitCode.Done;
            }

            foreach (var model in models)
            {
                await host.Output.WriteLineAsync(await ModelDocuments.LineAsync(registry, model, cancellationToken));
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Command Show(CommandHost host)
    {
        var reference = new Argument<string>("model") { Description = "NAME, NAME@ALIAS or NAME/NUMBER." };
        var command = new Command("show", "Shows a model's versions and aliases, or one version.") { reference, Json, Root };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var state = host.OpenState(parsed.GetValue(Root));
            var registry = state.GetRequiredService<ModelRegistry>();
            var wanted = parsed.GetRequiredValue(reference);
            var isVersion = wanted.Contains('@', StringComparison.Ordinal) || wanted.Contains('/', StringComparison.Ordinal);
            var versions = isVersion
                ? [await registry.ResolveAsync(wanted, cancellationToken)]
                : await registry.ListVersionsAsync(wanted, cancellationToken);
            if (versions.IsEmpty)
            {
                throw new ModelNotFoundException(wanted, [.. (await registry.ListAsync(cancellationToken)).Select(m => m.Name)]);
            }

            var aliases = await registry.GetAliasesAsync(versions[0].Name, cancellationToken);
            if (parsed.GetValue(Json))
            {
                await host.WriteJsonAsync(isVersion ? ModelDocuments.Version(versions[0], aliases) : ModelDocuments.Model(versions, aliases));
                return ExitCode.Done;
            }

            foreach (var version in versions)
            {
                await host.Output.WriteAsync(ModelDocuments.Text(version, aliases));
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Command Alias(CommandHost host)
    {
        var version = new Argument<string>("version") { Description = "NAME/NUMBER or NAME@ALIAS: the version that is to hold the alias." };
        var alias = new Argument<string>("alias") { Description = "For example champion." };
        var actor = RegistryOptions.Actor();
        var reason = RegistryOptions.Reason();
        var evidence = new Option<string?>("--evidence") { Description = "The digest of what justifies it, sha256:…: a protected alias asks for it." };
        var exception = new Option<string?>("--override") { Description = "Why a protected alias may move without evidence; kept in the audit log." };
        var command = new Command("alias", "Points an alias at a version.") { version, alias, actor, reason, evidence, exception, Json, Root };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var state = host.OpenState(parsed.GetValue(Root));
            var registry = state.GetRequiredService<ModelRegistry>();
            var target = await registry.ResolveAsync(parsed.GetRequiredValue(version), cancellationToken);
            var assignment = await registry.SetAliasAsync(
                new AliasChange
                {
                    Model = target.Name,
                    Alias = parsed.GetRequiredValue(alias),
                    Version = target.Number,
                    Actor = parsed.GetRequiredValue(actor),
                    Reason = parsed.GetRequiredValue(reason),
                    Evidence = parsed.GetValue(evidence) is { } digest ? ContentDigest.Parse(digest) : null,
                    Override = parsed.GetValue(exception),
                },
                cancellationToken);
            await AnswerAsync(host, parsed.GetValue(Json), assignment);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Rollback(CommandHost host)
    {
        var model = new Argument<string>("model") { Description = "NAME@ALIAS: the alias to give back to its previous holder." };
        var actor = RegistryOptions.Actor();
        var reason = RegistryOptions.Reason();
        var command = new Command("rollback", "Gives an alias back to the version that held it before.") { model, actor, reason, Json, Root };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var state = host.OpenState(parsed.GetValue(Root));
            var registry = state.GetRequiredService<ModelRegistry>();
            var parts = parsed.GetRequiredValue(model).Split('@');
            if (parts.Length != 2)
            {
                throw new ArgumentException($"Expected NAME@ALIAS, for example delay@champion, got '{parsed.GetRequiredValue(model)}'.");
            }

            var assignment = await registry.RollbackAsync(
                new AliasRollback { Model = parts[0], Alias = parts[1], Actor = parsed.GetRequiredValue(actor), Reason = parsed.GetRequiredValue(reason) },
                cancellationToken);
            await AnswerAsync(host, parsed.GetValue(Json), assignment);
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Verify(CommandHost host)
    {
        var command = new Command("verify", "Checks the hash chain, and that the registry is what its log says. Exit status 1 when it is not.") { Json, Root };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var state = host.OpenState(parsed.GetValue(Root));
            var report = await state.GetRequiredService<ModelRegistry>().VerifyAuditAsync(cancellationToken: cancellationToken);
            if (parsed.GetValue(Json))
            {
                await host.WriteJsonAsync(ModelDocuments.Audit(report));
            }
            else if (report.IsIntact)
            {
                await host.Output.WriteLineAsync($"intact: {report.Entries} entries, head {report.Head}");
            }

            if (report.FirstFault is { } fault)
            {
                var place = fault.Sequence is { } entry ? string.Create(CultureInfo.InvariantCulture, $" at entry {entry}") : "";
                await host.Error.WriteLineAsync($"error: the registry and its audit log do not agree{place}: {fault.What}");
            }

            return report.IsIntact ? ExitCode.Done : ExitCode.CheckSaidNo;
        });
        return command;
    }

    private static Task AnswerAsync(CommandHost host, bool json, AliasAssignment assignment) => json
        ? host.WriteJsonAsync(ModelDocuments.Assignment(assignment))
        : host.Output.WriteLineAsync($"{assignment.Model}@{assignment.Alias} is {assignment.Model}/{assignment.Version} (generation {assignment.Generation})");
}
