using Workflow.Monitoring.Performance;
using Workflow.Numerics.Distributions;

namespace Workflow.Monitoring.Feedback;

/// <summary>The predictions of one window and what is known of their labels. Not thread-safe.</summary>
internal sealed class PredictionWindow(long index)
{
    private readonly List<PredictionRow> _rows = [];

    public long Index { get; } = index;

    public int Count => _rows.Count;

    public IEnumerable<UInt128> Keys => _rows.Select(r => r.Key);

    public void Add(PredictionRow row) => _rows.Add(row);

    /// <summary>Takes a label, unless a later one is known. Of labels known at the same moment the last one added wins.</summary>
    public void Label(int row, double label, long ingestTime)
    {
        if (ingestTime >= _rows[row].IngestTime)
        {
            _rows[row] = _rows[row] with { Label = label, IngestTime = ingestTime };
        }
    }

    public WindowPerformance Evaluate(LabelJoinOptions options, DateTimeOffset asOf)
    {
        List<PredictionRow> labelled = [.. _rows.Where(r => !double.IsNaN(r.Label))];
        var coverage = (double)labelled.Count / _rows.Count;
        double[] scores = [.. labelled.Select(r => r.Score)];
        double[] weights = [.. labelled.Select(r => r.Weight)];
        bool[] positives = [.. labelled.Select(r => r.Label == 1)];
        var end = options.Windows.EndOf(Index);
        var area = RocArea.Of(scores, positives, weights);
        return new WindowPerformance
        {
            Start = options.Windows.StartOf(Index),
            End = end,
            Predictions = _rows.Count,
            Labelled = labelled.Count,
            Positives = positives.Count(p => p),
            MeanDelay = labelled.Count == 0 ? null : TimeSpan.FromMicroseconds(labelled.Average(r => (double)(r.IngestTime - r.EventTime))),
            Auc = area.Interval(NormalDistribution.InverseSurvival((1 - options.Confidence) / 2)),
            LogLoss = ProbabilityScores.LogLoss(scores, positives, weights),
            Brier = ProbabilityScores.Brier(scores, positives, weights),
            IsProvisional = coverage < options.MinimumCoverage && asOf < end + options.MaximumDelay,
        };
    }
}
