using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Workflow.Cli.Registry;
using Workflow.Features.Consistency;
using Workflow.Features.Joins;
using Workflow.Features.Offline;
using Workflow.Features.Views;

namespace Workflow.Cli.Features;

/// <summary><c>workflow features leaks</c>: shows that no row uses what could not be known at its time.</summary>
internal static class LeaksCommand
{
    public static Command Create(CommandHost host)
    {
        var labels = new Argument<string>("labels") { Description = "The rows that features are wanted for: Parquet, CSV or Arrow." };
        var service = new Option<string>("--service", "-s") { Description = "The feature service.", Required = true };
        var definitions = new Option<string?>("--definitions") { Description = "The file of definitions. Default: what was applied last." };
        var time = new Option<string?>("--time") { Description = "The column with each row's time. Default: event_timestamp, else the only column of times." };
        var honest = new Option<string[]>("--honest") { Description = "SOURCE=COLUMN: when each row of a source could really be known. Default: what the definitions say.", AllowMultipleArgumentsPerToken = false };
        var moments = new Option<int>("--moments") { Description = "How many moments are probed; each costs two joins.", DefaultValueFactory = static _ => 4 };
        var command = new Command("leaks", "Changes everything after a moment and looks whether a feature of an earlier row changes. Exits with 1 where one does, or where nothing could be changed.") { labels, service, definitions, time, honest, moments, RegistryOptions.Json, RegistryOptions.Root };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var source = await DefinitionSource.OpenAsync(host, parsed.GetValue(definitions), parsed.GetRequiredValue(service), parsed.GetValue(RegistryOptions.Root), cancellationToken);
            var options = new LeakProbeOptions
            {
                Sources = await source.SourcesAsync(cancellationToken),
                Honest = SourceColumns.Parse(parsed.GetValue(honest) ?? [], "--honest", source).ToDictionary(static h => h.Key, static h => Availability.FromColumn(h.Value), StringComparer.Ordinal),
                Moments = parsed.GetValue(moments),
            };
            var rows = await TableFiles.OpenAsync(Path.GetFullPath(parsed.GetRequiredValue(labels), host.CurrentFolder), ColumnHints.OfLabels(source.Service, parsed.GetValue(time)), cancellationToken);
            var report = await new LeakProbe(new PointInTimeJoin()).RunAsync(source.Service, new LabelTable(rows, TimeColumns.Find(rows, parsed.GetValue(time))), options, cancellationToken);
            if (parsed.GetValue(RegistryOptions.Json))
            {
                await host.WriteJsonAsync(new JsonObject
                {
                    ["service"] = source.Service.Name,
                    ["clean"] = report.IsClean,
                    ["moments"] = report.Moments,
                    ["rows_compared"] = report.RowsCompared,
                    ["events_changed"] = report.EventsChanged,
                    ["leaks"] = report.LeakCount,
                    ["features"] = new JsonArray([.. report.LeakingFeatures.Select(static f => (JsonNode)f)]),
                    ["examples"] = new JsonArray([.. report.Leaks.Select(static l => new JsonObject { ["row"] = l.Row, ["feature"] = l.Feature, ["moment"] = l.Moment.ToString("O", CultureInfo.InvariantCulture), ["before"] = l.Before, ["after"] = l.After })]),
                });
            }
            else
            {
                await host.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{report.Moments} moments, {report.RowsCompared} rows compared, {report.EventsChanged} events changed, {report.LeakCount} values leaked{(report.LeakingFeatures.IsEmpty ? "" : $": {string.Join(", ", report.LeakingFeatures)}")}"));
                foreach (var leak in report.Leaks.Take(10))
                {
                    await host.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"  row {leak.Row}, {leak.Feature}: {leak.Before} became {leak.After} by what came after {leak.Moment:O}"));
                }
            }

            return report.IsClean ? ExitCode.Done : ExitCode.CheckSaidNo;
        });
        return command;
    }
}
