using System.CommandLine;
using System.Text.Json.Nodes;
using Workflow.Cli.Registry;
using Workflow.Features.Joins;
using Workflow.Features.Offline;

namespace Workflow.Cli.Features;

/// <summary><c>workflow features join</c>: appends a service's features to a table of labels.</summary>
internal static class JoinCommand
{
    public static Command Create(CommandHost host)
    {
        var labels = new Argument<string>("labels") { Description = "The rows that features are wanted for: Parquet, CSV or Arrow." };
        var service = new Option<string>("--service", "-s") { Description = "The feature service.", Required = true };
        var definitions = new Option<string?>("--definitions") { Description = "The file of definitions. Default: what was applied last." };
        var time = new Option<string?>("--time") { Description = "The column with each row's time. Default: event_timestamp, else the only column of times." };
        var output = new Option<string>("--out", "-o") { Description = "The file to write, .parquet, .csv or .arrow: the columns and rows of the labels, and one column a feature.", Required = true };
        var command = new Command("join", "Adds features to rows, each as it could be known at the row's time.") { labels, service, definitions, time, output, RegistryOptions.Json, RegistryOptions.Root };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var source = await DefinitionSource.OpenAsync(host, parsed.GetValue(definitions), parsed.GetRequiredValue(service), parsed.GetValue(RegistryOptions.Root), cancellationToken);
            var target = TableFiles.Target(host, parsed.GetRequiredValue(output));
            var labelPath = Path.GetFullPath(parsed.GetRequiredValue(labels), host.CurrentFolder);
            if (source.Service.Views.Select(v => Path.GetFullPath(source.FileOf(v.View.Source))).Append(labelPath).Contains(Path.GetFullPath(target), StringComparer.Ordinal))
            {
                throw new InvalidDataException($"--out is '{target}', which the join reads. Name another file: nothing was written.");
            }

            var sources = await source.SourcesAsync(cancellationToken);
            var table = await TableFiles.OpenAsync(labelPath, ColumnHints.OfLabels(source.Service, parsed.GetValue(time)), cancellationToken);
            using var set = await new PointInTimeJoin().RunAsync(source.Service, new LabelTable(table, TimeColumns.Find(table, parsed.GetValue(time))), sources, cancellationToken);
            await TableFiles.WriteAsync(target, set.Table, cancellationToken);
            if (parsed.GetValue(RegistryOptions.Json))
            {
                await host.WriteJsonAsync(new JsonObject
                {
                    ["rows"] = set.Table.RowCount,
                    ["out"] = target,
                    ["service"] = source.Service.Name,
                    ["digest"] = source.Service.Digest.ToString(),
                    ["features"] = new JsonArray([.. source.Service.FeatureNames.Select(n => (JsonNode)n)]),
                });
            }
            else
            {
                await host.Error.WriteLineAsync($"{set.Table.RowCount} rows with {source.Service.FeatureNames.Length} features written to '{target}'");
            }

            return ExitCode.Done;
        });
        return command;
    }
}
