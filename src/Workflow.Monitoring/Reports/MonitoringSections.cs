using System.Collections.Immutable;
using System.Globalization;
using Workflow.Data.Pages;
using Workflow.Monitoring.Contracts;
using Workflow.Monitoring.Drift;
using Workflow.Monitoring.Feedback;
using Workflow.Monitoring.Performance;

namespace Workflow.Monitoring.Reports;

/// <summary>Turns results of monitoring into sections of an <see cref="HtmlPage"/>. Pure functions: safe for concurrent use, equal bytes for equal results.</summary>
public static class MonitoringSections
{
    /// <summary>Shows the drift of every feature in every window.</summary>
    /// <param name="windows">In order of time, all from one detector.</param>
    /// <param name="title">The section's heading.</param>
    public static PageSection Drift(ImmutableArray<WindowDrift> windows, string title = "Drift")
    {
        if (windows.IsDefaultOrEmpty)
        {
            return Section(title, new Paragraph("No window has been compared with the reference."));
        }

        var first = windows[0].Report;
        var alarms = windows.Sum(w => w.Report.Features.Count(f => f.Verdict is DriftVerdict.Drift));
        return Section(
            title,
            new Paragraph(string.Create(CultureInfo.InvariantCulture,
                $"Each window is compared with {first.ReferenceRows:#,0} reference rows. An alarm needs both: a population stability index (PSI) of at least {first.MinimumPsi:0.###}, and an adjusted p-value ({Correction(first.Correction)}) of at most {first.SignificanceLevel:0.####}. {alarms} of {windows.Length * first.Features.Length} comparisons raised one.")),
            new HeatStrip
            {
                Title = "Drift per feature and window",
                Columns = [.. windows.Select(w => Day(w.Start))],
                Rows = [.. first.Features.Select((f, i) => new HeatRow
                {
                    Name = f.Feature,
                    Values = [.. windows.Select(w => w.Report.Features[i].Psi)],
                    Marked = [.. windows.Index().Where(w => w.Item.Report.Features[i].Verdict is DriftVerdict.Drift).Select(w => w.Index)],
                })],
                Breaks = [0.02, 0.05, 0.1, 0.25],
                Unit = "PSI (nats)",
                Mark = "alarm",
                Caption = "Columns are named by the day on which the window starts. A dark cell without a mark is a change that chance explains, or that a window of this size cannot tell from chance.",
            },
            new PageTable
            {
                Caption = "The newest window",
                Columns = ["Feature", "PSI", "PSI by chance", "p, adjusted", "Conclusion"],
                Numbers = [1, 2, 3],
                Rows = [.. windows[^1].Report.Features.Select(f => (ImmutableArray<PageCell>)[
                    f.Feature, Figure(f.Psi, "0.0000"), Figure(f.CriticalPsi, "0.0000"), Figure(f.AdjustedPValue, f.AdjustedPValue < 0.001 ? "0.0e0" : "0.000"),
                    f.Verdict switch
                    {
                        DriftVerdict.Drift => new PageCell("drift", PageTone.Bad),
                        DriftVerdict.NoDrift => new PageCell("no drift", PageTone.Good),
                        _ => new PageCell("not enough evidence", PageTone.Warning),
                    }])],
            });
    }

    /// <summary>Shows the realised AUC of one or several models.</summary>
    /// <param name="models">At least one; at most six can be told apart.</param>
    /// <param name="marks">Horizontal lines, for example the reference; default none.</param>
    /// <param name="title">The section's heading.</param>
    public static PageSection Performance(ImmutableArray<NamedPerformance> models, ImmutableArray<ChartMark> marks = default, string title = "Performance")
    {
        ImmutableArray<DateTimeOffset> starts = [.. models.SelectMany(m => m.Report.Windows).Select(w => w.Start).Distinct().Order()];
        if (starts.IsEmpty)
        {
            return Section(title, new Paragraph("No prediction has been logged."));
        }

        return Section(
            title,
            new LineChart
            {
                Title = "Realised AUC per window",
                Positions = [.. starts.Select(Day)],
                XLabel = "window starting (UTC)",
                YLabel = "AUC",
                Marks = marks.IsDefault ? [] : marks,
                Series = [.. models.Select(m => new ChartSeries
                {
                    Name = m.Name,
                    Values = Auc(m.Report, starts, a => a.Value),
                    Lower = Auc(m.Report, starts, a => a.Lower),
                    Upper = Auc(m.Report, starts, a => a.Upper),
                })],
                Caption = "Bands are confidence intervals after DeLong. A window is judged by the time of its predictions; labels came later.",
            },
            new PageTable
            {
                Caption = "Windows",
                Columns = ["Model", "Window", "Predictions", "Labelled", "Mean delay", "AUC", "Log loss", "Brier", "State"],
                Numbers = [2, 3, 4, 5, 6, 7],
                Rows = [.. models.SelectMany(m => m.Report.Windows.Select(w => (ImmutableArray<PageCell>)[
                    m.Name, Day(w.Start), w.Predictions.ToString("#,0", CultureInfo.InvariantCulture), w.Coverage.ToString("0.0 %", CultureInfo.InvariantCulture), Delay(w.MeanDelay),
                    w.Auc is { } auc ? Figure(auc.Value, "0.0000") : "–", Figure(w.LogLoss ?? double.NaN, "0.0000"), Figure(w.Brier ?? double.NaN, "0.0000"),
                    w.IsProvisional ? new PageCell("provisional", PageTone.Warning) : new PageCell("final", PageTone.Good)]))],
            });
    }

    /// <summary>Shows whether a table kept its contract, and everything that is broken.</summary>
    /// <param name="report">The outcome.</param>
    /// <param name="title">The section's heading.</param>
    public static PageSection Contract(ContractReport report, string title = "Data contract")
    {
        ArgumentNullException.ThrowIfNull(report);
        var summary = new FactList
        {
            Facts = [new PageFact("Contract", report.Contract), new PageFact("Table", report.Source), new PageFact("Rows", report.Rows.ToString("#,0", CultureInfo.InvariantCulture)), new PageFact("Outcome", report.Passed ? "kept" : $"{report.Violations.Length} demands broken")],
        };
        return report.Passed ? Section(title, summary) : Section(title, summary, new PageTable
        {
            Caption = "Broken demands; rows are counted from 0",
            Columns = ["Column", "Expected", "Found", "First rows", "Values"],
            Rows = [.. report.Violations.Select(v => (ImmutableArray<PageCell>)[
                v.Column ?? "(table)", v.Expected, new PageCell(v.Actual, PageTone.Bad),
                string.Join(", ", v.FirstRows.Take(5).Select(r => r.ToString(CultureInfo.InvariantCulture))), string.Join(", ", v.Examples.Take(5))])],
        });
    }

    /// <summary>Shows what a retrain policy decided and why.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="title">The section's heading.</param>
    public static PageSection Retrain(RetrainDecision decision, string title = "Retraining")
    {
        ArgumentNullException.ThrowIfNull(decision);
        var verdict = decision.Verdict switch
        {
            RetrainVerdict.Retrain => "train a challenger",
            RetrainVerdict.Keep => "keep the model",
            _ => "not enough evidence",
        };
        return Section(
            title,
            new Paragraph($"Decided {decision.At.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC: {verdict}."),
            new PageTable
            {
                Columns = ["Condition", "Says", "Why"],
                Rows = [.. decision.Reasons.Select(r => (ImmutableArray<PageCell>)[
                    r.Condition,
                    r.Outcome switch
                    {
                        RetrainOutcome.Fires => new PageCell("fires", PageTone.Bad),
                        RetrainOutcome.Forbids => new PageCell("forbids", PageTone.Warning),
                        RetrainOutcome.Undecided => new PageCell("undecided", PageTone.Warning),
                        _ => new PageCell("quiet", PageTone.Good),
                    },
                    r.Text])],
            });
    }

    private static PageSection Section(string title, params ImmutableArray<PageBlock> blocks) => new() { Title = title, Blocks = blocks };

    private static ImmutableArray<double> Auc(PerformanceReport report, ImmutableArray<DateTimeOffset> starts, Func<MetricEstimate, double> part)
    {
        var byStart = report.Windows.ToDictionary(w => w.Start);
        return [.. starts.Select(s => byStart.TryGetValue(s, out var window) && window.Auc is { } auc ? part(auc) : double.NaN)];
    }

    private static string Correction(TestCorrection correction) => correction switch
    {
        TestCorrection.BenjaminiHochberg => "Benjamini–Hochberg",
        TestCorrection.None => "not corrected",
        _ => correction.ToString(),
    };

    private static string Day(DateTimeOffset moment) => moment.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Figure(double value, string format) => double.IsFinite(value) ? value.ToString(format, CultureInfo.InvariantCulture) : "–";

    private static string Delay(TimeSpan? delay) => delay is not { } span ? "–"
        : span.TotalHours < 48 ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:0.0} h")
        : string.Create(CultureInfo.InvariantCulture, $"{span.TotalDays:0.0} d");
}
