using System.Collections.Immutable;
using Workflow.Numerics.Distributions;
using Workflow.Training.Evaluation;

namespace Workflow.Training.Gates;

/// <summary>Decides between a champion and a challenger that scored the same rows.</summary>
/// <remarks>
/// <para>
/// Both metrics are compared by a paired bootstrap over clusters (or rows). <b>Promote</b>: the interval of the area's difference lies
/// above <see cref="GateOptions.MinimumAreaGain"/> and that of the log loss below <see cref="GateOptions.MaximumLogLossRise"/>. <b>Reject</b>:
/// one of them lies wholly on the other side. <b>Not enough evidence</b>: anything else, and too few clusters or rows.
/// </para>
/// <para>
/// Both must hold to promote, so that two metrics need no correction. One report spends the rows: gating many challengers on the same
/// rows promotes an equal one sooner or later.
/// </para>
/// <para>Immutable; safe for concurrent use. Equal rows, options and seed give an equal report on one machine.</para>
/// </remarks>
public sealed class PairedBootstrapGate
{
    private const double Power = 0.8;
    private readonly GateOptions _options;

    /// <summary>Takes a copy of the rule.</summary>
    /// <param name="options">Null for the documented defaults.</param>
    /// <exception cref="ArgumentException">Options are out of their ranges; every fault is listed.</exception>
    public PairedBootstrapGate(GateOptions? options = null)
    {
        _options = (options ?? new GateOptions()).Copy();
        var faults = _options.Faults().ToList();
        if (faults.Count > 0)
        {
            throw new ArgumentException($"{nameof(GateOptions)} has {faults.Count} fault(s): {string.Join(" ", faults)}", nameof(options));
        }
    }

    /// <summary>Decides. Takes processor time: about a second for a million rows.</summary>
    /// <param name="champion">The rows as the model in production scored them.</param>
    /// <param name="challenger">The same rows, in the same order, as the new model scored them.</param>
    /// <param name="cancellationToken">Observed between resamples.</param>
    /// <exception cref="ArgumentException">The rows differ (ids, labels, weights, clusters or their number); all differences are named.</exception>
    public GateReport Decide(BinaryScores champion, BinaryScores challenger, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(champion);
        ArgumentNullException.ThrowIfNull(challenger);
        SameRows.Require(champion, challenger);
        if (champion.Count == 0)
        {
            throw new ArgumentException("There are no rows to decide on.", nameof(champion));
        }

        var groupOfRow = ResamplingGroups.Deal(champion, _options.MaximumGroups, _options.Seed, out var groups);
        var sums = new PairedSums(champion, challenger, groupOfRow, groups);
        var (areas, losses) = groups < 2 ? ([], []) : PairedBootstrap.Resample(sums, groups, _options, cancellationToken);
        var area = Metric("area_under_curve", Area(champion), Area(challenger), areas, groups) with { Bound = _options.MinimumAreaGain };
        var loss = Metric("log_loss", Loss(champion), Loss(challenger), losses, groups) with { Bound = _options.MaximumLogLossRise };
        var positives = champion.Labels.AsSpan().Count(true);
        var tooFew = TooFew(champion, positives, groups, areas.Length);
        var (verdict, reasons) = tooFew.IsEmpty ? Judge(area, loss) : (GateVerdict.NotEnoughEvidence, tooFew);
        return new GateReport
        {
            Verdict = verdict,
            Reasons = reasons,
            Area = area,
            LogLoss = loss,
            Rows = champion.Count,
            Positives = positives,
            Clusters = champion.Clusters is null ? null : champion.ClusterCount,
            Groups = groups,
            Resamples = areas.Length,
            Confidence = _options.Confidence,
            Seed = _options.Seed,
            RowsNeeded = verdict is GateVerdict.NotEnoughEvidence && tooFew.IsEmpty ? RowsNeeded(champion.Count, area, loss) : null,
        };
    }

    private static double Area(BinaryScores rows) => RocArea.Placements(rows, new double[rows.Count]);

    private static double Loss(BinaryScores rows)
    {
        var (sum, weight) = (0.0, 0.0);
        for (var i = 0; i < rows.Count; i++)
        {
            var w = rows.Weights is null ? 1 : rows.Weights[i];
            sum += w * BinaryEvaluation.Loss(rows.Scores[i], rows.Labels[i]);
            weight += w;
        }

        return sum / weight;
    }

    private GateMetric Metric(string name, double champion, double challenger, double[] sorted, int groups)
    {
        var tail = sorted.Length == 0 ? double.NaN : PairedBootstrap.TailShare(_options.Confidence, groups);
        return new GateMetric
        {
            Name = name,
            Champion = champion,
            Challenger = challenger,
            Low = sorted.Length == 0 ? double.NaN : PairedBootstrap.Quantile(sorted, tail),
            High = sorted.Length == 0 ? double.NaN : PairedBootstrap.Quantile(sorted, 1 - tail),
            Bound = 0,
        };
    }

    private ImmutableArray<string> TooFew(BinaryScores rows, int positives, int groups, int resamples)
    {
        var reasons = ImmutableArray.CreateBuilder<string>();
        if (groups < _options.MinimumClusters)
        {
            reasons.Add($"{groups} {(rows.Clusters is null ? "rows" : "clusters")} are fewer than {_options.MinimumClusters}.");
        }

        if (Math.Min(positives, rows.Count - positives) < _options.MinimumRowsPerClass)
        {
            reasons.Add($"{positives} rows of class 1 and {rows.Count - positives} of class 0: each needs {_options.MinimumRowsPerClass}.");
        }

        if (resamples < _options.Resamples * 0.99)
        {
            reasons.Add($"A class was missing in {_options.Resamples - resamples} of {_options.Resamples} resamples.");
        }

        return reasons.ToImmutable();
    }

    private static (GateVerdict Verdict, ImmutableArray<string> Reasons) Judge(GateMetric area, GateMetric loss)
    {
        var reasons = ImmutableArray.CreateBuilder<string>();
        var verdict = GateVerdict.Promote;
        if (area.High <= area.Bound)
        {
            verdict = GateVerdict.Reject;
            reasons.Add(Says(area, "is not above"));
        }

        if (loss.Low > loss.Bound)
        {
            verdict = GateVerdict.Reject;
            reasons.Add(Says(loss, "is above"));
        }

        if (verdict is GateVerdict.Reject)
        {
            return (verdict, reasons.ToImmutable());
        }

        var isBetter = area.Low > area.Bound;
        var isHarmless = loss.High <= loss.Bound;
        reasons.Add(Says(area, isBetter ? "is above" : "may or may not be above"));
        reasons.Add(Says(loss, isHarmless ? "is not above" : "may or may not be above"));
        return (isBetter && isHarmless ? GateVerdict.Promote : GateVerdict.NotEnoughEvidence, reasons.ToImmutable());
    }

    private static string Says(GateMetric metric, string what) =>
        FormattableString.Invariant($"The difference of {metric.Name} is {metric.Delta:0.00000} (interval {metric.Low:0.00000} to {metric.High:0.00000}) and {what} {metric.Bound:0.00000}.");

    // The width of an interval falls with the root of the rows: as many more as bring each bound that is still open out of the interval.
    private long? RowsNeeded(int rows, GateMetric area, GateMetric loss)
    {
        var quantile = NormalDistribution.Quantile(0.5 + (_options.Confidence / 2));
        var factor = 1.0;
        foreach (var metric in new[] { area, loss }.Where(m => m.Low <= m.Bound && m.High > m.Bound))
        {
            var error = (metric.High - metric.Low) / 2 / quantile;
            var distance = Math.Abs(metric.Delta - metric.Bound);
            factor = Math.Max(factor, Math.Pow((quantile + NormalDistribution.Quantile(Power)) * error / distance, 2));
        }

        return double.IsFinite(factor) && factor * rows < 1e12 ? (long)Math.Ceiling(factor * rows) : null;
    }
}
