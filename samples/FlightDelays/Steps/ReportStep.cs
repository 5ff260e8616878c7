using System.Collections.Immutable;
using System.Globalization;
using FlightDelays.Flights;
using FlightDelays.Loop;
using Workflow.Data.Lineage;
using Workflow.Data.Pages;
using Workflow.Data.Storage;
using Workflow.Monitoring.Feedback;
using Workflow.Monitoring.Reports;

namespace FlightDelays.Steps;

/// <summary>Writes one self-contained HTML page: weekly areas, drift, the rollout, and where the model in production comes from.</summary>
internal sealed class ReportStep(WatchStep watch, string work, LineageStore lineage)
{
    public async Task<StepOutcome> RunAsync(string target, IReadOnlyDictionary<string, StepRecord> records, LineageNode production, CancellationToken cancellationToken)
    {
        var log = watch.OpenLog(FlightCalendar.Live, FlightCalendar.End);
        var labels = watch.Labels(FlightCalendar.Live, FlightCalendar.End);
        var asOf = FlightCalendar.End.AddDays(1);
        var models = ImmutableArray.CreateBuilder<NamedPerformance>();
        foreach (var (role, step) in new[] { ("champion", "register-champion"), ("challenger", "register-challenger") })
        {
            if (records.TryGetValue(step, out var registered))
            {
                var options = new LabelJoinOptions { Windows = WatchStep.Weekly, ModelVersion = long.Parse(registered.Figures["version"], CultureInfo.InvariantCulture) };
                var performance = await LabelJoin.EvaluateAsync(log, labels, asOf, options, cancellationToken);
                if (!performance.Windows.IsEmpty)
                {
                    models.Add(new NamedPerformance($"{role} (version {options.ModelVersion})", performance));
                }
            }
        }

        var drift = await (await watch.DetectorAsync(cancellationToken)).CompareWindowsAsync(log, WatchStep.Weekly, cancellationToken: cancellationToken);
        var graph = await lineage.UpstreamAsync(production, cancellationToken: cancellationToken);
        var page = HtmlPage.Create("Flight delays", "The life of a model on real flights of January to June 2001")
            .Add("What happened", Steps(records))
            .Add(MonitoringSections.Performance(models.ToImmutable(), title: "Area under the curve by week"))
            .Add(MonitoringSections.Drift(drift, "Drift of the model's inputs by week"));
        if (records.ContainsKey("canary"))
        {
            var timeline = RolloutTimeline.Read(await File.ReadAllBytesAsync(Path.Combine(work, "canary.json"), cancellationToken), FlightCalendar.End);
            page = page.Add("Rollout of the challenger", new Timeline { Title = "Share of traffic answered by the challenger", Items = timeline });
        }

        page = page.Add("Lineage of the model in production", Diagram(graph));
        await AtomicFile.WriteAsync(target, page.WriteAsync, cancellationToken);
        return new StepOutcome(
            string.Create(CultureInfo.InvariantCulture, $"{new FileInfo(target).Length / 1024.0:N0} KiB, no script: {Path.GetFileName(target)}"),
            new Dictionary<string, string> { ["production"] = production.Id },
            Path.GetRelativePath(work, target));
    }

    private static PageTable Steps(IReadOnlyDictionary<string, StepRecord> records) => new()
    {
        Columns = ["step", "outcome"],
        Rows = [.. records.Select(r => ImmutableArray.Create<PageCell>(r.Key, r.Value.Line))],
    };

    private static GraphDiagram Diagram(LineageGraph graph) => new()
    {
        Title = $"What {graph.Root.Id} was made from",
        Nodes = [.. graph.Nodes.Select(n => new GraphNode(n.ToString(), n.Kind, Short(n.Id), n == graph.Root))],
        Edges = [.. graph.Edges.Select(e => new GraphEdge(e.From.ToString(), e.To.ToString(), e.Relation))],
    };

    private static string Short(string id) => id.StartsWith("sha256:", StringComparison.Ordinal) ? id[..19] + "…" : id;
}
