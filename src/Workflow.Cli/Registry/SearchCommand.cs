using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Workflow.Data.Registry;

namespace Workflow.Cli.Registry;

/// <summary><c>workflow models search</c>: versions by name, tag, alias, stage and facts.</summary>
internal static partial class SearchCommand
{
    public static Command Create(CommandHost host)
    {
        var name = new Option<string?>("--name") { Description = "What the model's name begins with." };
        var tags = new Option<string[]>("--tag") { Description = "NAME or NAME=VALUE: a tag of the version or its model. May be repeated." };
        var alias = new Option<string?>("--alias") { Description = "An alias that the version holds." };
        var stage = new Option<string?>("--stage") { Description = "None, Staging, Production or Archived." };
        var facts = new Option<string[]>("--fact") { Description = "A condition on a number, for example 'auc>=0.8'; one of < <= = != >= >. May be repeated." };
        var after = new Option<string?>("--after") { Description = "Goes on where the page before ended." };
        var limit = new Option<int>("--limit") { Description = "The most versions of a page. Default 100.", DefaultValueFactory = _ => 100 };
        var command = new Command("search", "Finds versions.") { name, tags, alias, stage, facts, after, limit, RegistryOptions.Json, RegistryOptions.Root };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var state = host.OpenState(parsed.GetValue(RegistryOptions.Root));
            var page = await state.GetRequiredService<ModelRegistry>().SearchAsync(
                new ModelSearch
                {
                    NamePrefix = parsed.GetValue(name),
                    Alias = parsed.GetValue(alias),
                    Stage = parsed.GetValue(stage) is { } text ? ModelStages.Parse(text) : null,
                    Tags = (parsed.GetValue(tags) ?? []).Select(t => t.Split('=', 2)).ToDictionary(t => t[0], t => t.Length > 1 ? t[1] : null, StringComparer.Ordinal),
                    Facts = [.. (parsed.GetValue(facts) ?? []).Select(Condition)],
                    After = parsed.GetValue(after),
                    Limit = parsed.GetValue(limit),
                },
                cancellationToken);
            if (parsed.GetValue(RegistryOptions.Json))
            {
                await host.WriteJsonAsync(new JsonObject { ["versions"] = new JsonArray([.. page.Hits.Select(ModelDocuments.Hit)]), ["next"] = page.Next });
                return ExitCode.Done;
            }

            foreach (var hit in page.Hits)
            {
                await host.Output.WriteLineAsync($"{hit.Version.Reference}{(hit.Aliases.IsEmpty ? "" : $" ({string.Join(", ", hit.Aliases)})")}{string.Concat(hit.Tags.Select(t => $" {t.Key}={t.Value}"))}");
            }

            if (page.Next is not null)
            {
                await host.Error.WriteLineAsync($"There are more: --after {page.Next}");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static FactCondition Condition(string text)
    {
        var match = FactForm().Match(text);
        if (!match.Success || !double.TryParse(match.Groups["value"].ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
        {
            throw new ArgumentException($"'{text}' is no condition: expected for example 'auc>=0.8', with one of < <= = != >= >.");
        }

        var comparison = match.Groups["operator"].Value switch
        {
            "<" => FactOperator.Below,
            "<=" => FactOperator.AtMost,
            "=" => FactOperator.Equal,
            "!=" => FactOperator.NotEqual,
            ">=" => FactOperator.AtLeast,
            _ => FactOperator.Above,
        };
        return new FactCondition(match.Groups["name"].Value, comparison, value);
    }

    [GeneratedRegex(@"^(?<name>[^<>=!]+?)\s*(?<operator><=|>=|!=|<|>|=)\s*(?<value>[^<>=!]+)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FactForm();
}
