using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Workflow.Cli.Registry;
using Workflow.Data.Tables;
using Workflow.Features.Consistency;
using Workflow.Features.Joins;

namespace Workflow.Cli.Features;

/// <summary><c>workflow features verify</c>: replays served vectors and compares every bit.</summary>
internal static class VerifyCommand
{
    public static Command Create(CommandHost host)
    {
        var log = new Argument<string>("log") { Description = "The served vectors: the folder of a serving log, or one Arrow or Parquet file." };
        var service = new Option<string>("--service", "-s") { Description = "The feature service.", Required = true };
        var definitions = new Option<string?>("--definitions") { Description = "The file of definitions. Default: what was applied last." };
        var time = new Option<string?>("--time") { Description = "The column with each read's time. Default: feature_read_at of a serving log, else event_timestamp, else the only column of times." };
        var arrived = new Option<string[]>("--arrived") { Description = "SOURCE=COLUMN: when each row of a source really came. Tells late events for certain.", AllowMultipleArgumentsPerToken = false };
        var clock = new Option<double>("--clock-tolerance") { Description = "How many seconds the serving clock may have been off to count as the cause.", DefaultValueFactory = static _ => 1 };
        var command = new Command("verify", "Computes served features again from the events and compares every bit. Exits with 1 where any differs.") { log, service, definitions, time, arrived, clock, RegistryOptions.Json, RegistryOptions.Root };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var source = await DefinitionSource.OpenAsync(host, parsed.GetValue(definitions), parsed.GetRequiredValue(service), parsed.GetValue(RegistryOptions.Root), cancellationToken);
            var seconds = parsed.GetValue(clock);
            if (!(seconds is >= 0 and <= 86_400))
            {
                throw new ArgumentException($"--clock-tolerance takes 0 to 86400 seconds, got {seconds.ToString(CultureInfo.InvariantCulture)}.");
            }

            var options = new VerifyOptions
            {
                Sources = await source.SourcesAsync(cancellationToken),
                Arrived = SourceColumns.Parse(parsed.GetValue(arrived) ?? [], "--arrived", source),
                ClockTolerance = TimeSpan.FromSeconds(seconds),
            };
            var reports = new List<ConsistencyReport>();
            foreach (var table in await TablesAsync(Path.GetFullPath(parsed.GetRequiredValue(log), host.CurrentFolder), source.Service.Name, cancellationToken))
            {
                reports.Add(await new ServingVerifier(new PointInTimeJoin()).RunAsync(source.Service, table, parsed.GetValue(time) is null && table.Schema.GetFieldIndex(ServedVectors.ReadAt) >= 0 ? ServedVectors.ReadAt : TimeColumns.Find(table, parsed.GetValue(time)), options, cancellationToken));
            }

            var isConsistent = reports.TrueForAll(static r => r.IsConsistent);
            if (parsed.GetValue(RegistryOptions.Json))
            {
                await host.WriteJsonAsync(Json(source.Service.Name, reports, isConsistent));
            }
            else
            {
                await WriteAsync(host, reports);
            }

            return isConsistent ? ExitCode.Done : ExitCode.CheckSaidNo;
        });
        return command;
    }

    private static async Task<IReadOnlyList<TableSource>> TablesAsync(string path, string service, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(path))
        {
            return Path.GetExtension(path) is ".csv"
                ? throw new InvalidDataException($"'{path}' is CSV, which does not say the types of what was served: verify needs Arrow or Parquet.")
                : [await TableFiles.OpenAsync(path, new ColumnHints(), cancellationToken)];
        }

        var tables = await ServingLog.ReadAsync(path, service, cancellationToken);
        return tables.Count > 0 ? tables : throw new InvalidDataException($"'{path}' holds no vectors of service '{service}'. Check the folder and --service.");
    }

    private static async Task WriteAsync(CommandHost host, List<ConsistencyReport> reports)
    {
        foreach (var report in reports)
        {
            await host.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{report.Rows} vectors, {report.Values} values, {report.Mismatches} mismatches{(report.NotServed.IsEmpty ? "" : $"; not in the log: {string.Join(", ", report.NotServed)}")}"));
            foreach (var count in report.Counts)
            {
                await host.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"  {count.Feature}: {count.Count} {Word(count.Cause)}"));
            }

            foreach (var example in report.Examples.Take(10))
            {
                await host.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"  row {example.Row}, {example.Feature}: served {example.Served}, the events give {example.Replayed} ({Word(example.Cause)})"));
            }
        }
    }

    private static JsonObject Json(string service, List<ConsistencyReport> reports, bool isConsistent) => new()
    {
        ["service"] = service,
        ["consistent"] = isConsistent,
        ["rows"] = reports.Sum(static r => r.Rows),
        ["values"] = reports.Sum(static r => r.Values),
        ["mismatches"] = reports.Sum(static r => r.Mismatches),
        ["counts"] = new JsonArray([.. reports.SelectMany(static r => r.Counts).Select(static c => new JsonObject { ["feature"] = c.Feature, ["cause"] = Word(c.Cause), ["count"] = c.Count })]),
        ["examples"] = new JsonArray([.. reports.SelectMany(static r => r.Examples).Select(static e => new JsonObject { ["row"] = e.Row, ["feature"] = e.Feature, ["cause"] = Word(e.Cause), ["served"] = e.Served, ["replayed"] = e.Replayed })]),
        ["not_served"] = new JsonArray([.. reports.SelectMany(static r => r.NotServed).Distinct(StringComparer.Ordinal).Select(static n => (JsonNode)n)]),
    };

    private static string Word(MismatchCause cause) => cause switch
    {
        MismatchCause.Definition => "definition",
        MismatchCause.Key => "key",
        MismatchCause.Type => "type",
        MismatchCause.Late => "late",
        MismatchCause.Clock => "clock",
        _ => "unexplained",
    };
}
