using System.Text;
using Workflow.Data.Pages;
using Workflow.Data.Storage;
using Workflow.Monitoring.Contracts;
using Workflow.Monitoring.Drift;
using Workflow.Monitoring.Feedback;
using Workflow.Monitoring.Performance;
using Workflow.Monitoring.Reports;
using Workflow.Numerics.Random;

namespace Workflow.Monitoring.Tests.Reports;

public sealed class MonitoringSectionsTests
{
    private const string Hostile = "<script>alert('x')</script>\" onload=\"x";
    private static readonly DateTimeOffset Monday = new(2001, 4, 2, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_whole_report_is_small_safe_and_the_same_twice()
    {
        var html = Page().ToHtml();
        Assert.Equal(html, Page().ToHtml());
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("\" onload=", html, StringComparison.Ordinal);
        Assert.Contains("not enough evidence", html, StringComparison.Ordinal);
        Assert.True(Encoding.UTF8.GetByteCount(html) < 300_000, $"{Encoding.UTF8.GetByteCount(html)} bytes");
        if (Environment.GetEnvironmentVariable("WORKFLOW_PAGE") is { } path)
        {
            File.WriteAllText(path, html);
        }
    }

    [Fact]
    public void A_hundred_features_over_half_a_year_stay_below_300_KB()
    {
        var html = HtmlPage.Create("wide").Add(MonitoringSections.Drift(Drift(100, 26))).ToHtml();
        Assert.True(Encoding.UTF8.GetByteCount(html) < 300_000, $"{Encoding.UTF8.GetByteCount(html)} bytes");
    }

    [Fact]
    public void Nothing_to_show_is_said_in_words()
    {
        Assert.IsType<Paragraph>(Assert.Single(MonitoringSections.Drift([]).Blocks));
        Assert.IsType<Paragraph>(Assert.Single(MonitoringSections.Performance([]).Blocks));
    }

    private static HtmlPage Page() => HtmlPage.Create("Flight delays: from data to production", "A test page with every kind of block")
        .Add("Summary", new FactList { Facts = [new PageFact("Model in production", "delay v2"), new PageFact("March AUC", "0.7466"), new PageFact("Predictions", "1,523,441"), new PageFact("Rollout", "promoted")] })
        .Add(MonitoringSections.Performance([new NamedPerformance("champion v1", Performance(0.748, 13)), new NamedPerformance("challenger v2", Performance(0.756, 5))], [new ChartMark("reference less 0.02", 0.727)]))
        .Add(MonitoringSections.Drift(Drift(9, 13)))
        .Add(MonitoringSections.Contract(new ContractReport
        {
            Contract = Hostile,
            ContractDigest = ContentDigest.Of([]),
            Source = "Parquet file 'flights.parquet'",
            Rows = 3_000_000,
            Columns = [],
            Violations = [new ContractViolation { Column = Hostile, Check = ContractCheck.Minimum, Expected = "at least -120", Actual = "3 rows below -120", Count = 3, FirstRows = [12, 50, 100], Examples = ["-1302", Hostile] }],
        }))
        .Add(MonitoringSections.Retrain(RetrainPolicy.Create().Decide(new RetrainEvidence { Now = Monday, TrainedAt = Monday.AddDays(-30), NewLabels = 50_000, ReferenceAuc = 0.747, Drift = Drift(9, 13)[^1].Report })))
        .Add("Rollout", new Timeline
        {
            Title = "Rollout of delay v2",
            Items =
            [
                new TimelineItem { Label = "champion v1 serves", Start = Monday, End = Monday.AddDays(60), Detail = "100 %", Tone = PageTone.Neutral },
                new TimelineItem { Label = "retrain decided", Start = Monday.AddDays(56), Detail = "AUC below its mark", Tone = PageTone.Warning },
                new TimelineItem { Label = "gate: paired bootstrap", Start = Monday.AddDays(57), Detail = "accepted, +0.006 [0.004, 0.008]", Tone = PageTone.Good },
                new TimelineItem { Label = "canary v2 at 10 %", Start = Monday.AddDays(58), End = Monday.AddDays(70), Detail = "e-value 31", Tone = PageTone.Neutral },
                new TimelineItem { Label = "promoted", Start = Monday.AddDays(70), Tone = PageTone.Good, Detail = Hostile },
            ],
        })
        .Add("Lineage", new GraphDiagram
        {
            Title = "Lineage of the model in production",
            Nodes =
            [
                new GraphNode("d", "dataset", "flights.parquet sha256:3f2a91"), new GraphNode("c", "contract", "flights sha256:77ab"), new GraphNode("f", "features", "airport delays v1"),
                new GraphNode("r", "run", "lightgbm-2001-05"), new GraphNode("g", "git commit", "9732a30"), new GraphNode("m", "model version", "delay v2", true), new GraphNode("e", "gate report", "accepted"), new GraphNode("x", "onnx", Hostile),
            ],
            Edges =
            [
                new GraphEdge("d", "f", "read by"), new GraphEdge("c", "f"), new GraphEdge("f", "r", "trained on"), new GraphEdge("g", "r", "code"),
                new GraphEdge("r", "m", "produced"), new GraphEdge("e", "m", "allowed"), new GraphEdge("m", "x", "exported"),
            ],
        });

    private static PerformanceReport Performance(double auc, int weeks) => new()
    {
        AsOf = Monday,
        DuplicatePredictions = 0,
        UnmatchedLabels = 0,
        LatePredictions = 0,
        Windows = [.. Enumerable.Range(13 - weeks, weeks).Select(i => new WindowPerformance
        {
            Start = Monday.AddDays(7 * i),
            End = Monday.AddDays(7 * (i + 1)),
            Predictions = 115_000,
            Labelled = i == 12 ? 80_000 : 114_000,
            Positives = 20_000,
            MeanDelay = TimeSpan.FromMinutes(143),
            Auc = new MetricEstimate(auc + (0.004 * Math.Sin(i)), auc + (0.004 * Math.Sin(i)) - 0.004, auc + (0.004 * Math.Sin(i)) + 0.004),
            LogLoss = 0.43,
            Brier = 0.138,
            IsProvisional = i == 12,
        })],
    };

    private static System.Collections.Immutable.ImmutableArray<WindowDrift> Drift(int features, int weeks)
    {
        var random = new Philox(3, "report");
        var windows = System.Collections.Immutable.ImmutableArray.CreateBuilder<WindowDrift>();
        for (var week = 0; week < weeks; week++)
        {
            windows.Add(new WindowDrift(Monday.AddDays(7 * week), Monday.AddDays(7 * (week + 1)), new DriftReport
            {
                Reference = ContentDigest.Of([]),
                ReferenceRows = 912_384,
                Rows = 115_000,
                SignificanceLevel = 0.01,
                MinimumPsi = 0.1,
                Correction = TestCorrection.BenjaminiHochberg,
                Features = [.. Enumerable.Range(0, features).Select(i =>
                {
                    var psi = Math.Pow(random.NextDouble(), 4) * 0.5;
                    return new FeatureDrift
                    {
                        Feature = i == 3 ? Hostile : i == 4 ? "delay_mean_2h_by_origin" : $"feature_{i}",
                        Verdict = psi > 0.1 ? DriftVerdict.Drift : i == 5 ? DriftVerdict.NotEnoughEvidence : DriftVerdict.NoDrift,
                        Psi = psi,
                        CriticalPsi = 0.0004,
                        PValue = psi > 0.1 ? 1e-20 : 0.4,
                        AdjustedPValue = psi > 0.1 ? 1e-19 : 0.5,
                        Method = DriftTestMethod.ChiSquared,
                        Bins = [],
                    };
                })],
            }));
        }

        return windows.ToImmutable();
    }
}
