using System.Globalization;
using FlightDelays.Flights;
using FlightDelays.Loop;
using Workflow.Data.Registry;
using Workflow.Data.Storage;
using Workflow.Data.Tables;
using Workflow.Inference.Predictions;
using Workflow.Monitoring.Drift;
using Workflow.Monitoring.Feedback;
using Workflow.Monitoring.Profiles;

namespace FlightDelays.Steps;

/// <summary>Looks back on a week: drift of the inputs, performance on the labels that have arrived by its end, and whether to retrain.</summary>
internal sealed class WatchStep(string work, TableSource rows, ModelSignature signature)
{
    /// <summary>What live rows are compared with: the champion's training rows.</summary>
    public const string Reference = "drift-reference.json";

    /// <summary>Gets the weeks of the sample: Sunday to Saturday.</summary>
    public static TimeWindows Weekly { get; } = new() { Length = TimeSpan.FromDays(7), Origin = FlightCalendar.Live };

    /// <summary>Freezes the reference.</summary>
    public async Task<StepOutcome> FreezeAsync(CancellationToken cancellationToken)
    {
        var reference = await DriftReference.FitAsync(
            FlightRows.Between(rows, FlightCalendar.Begin, FlightCalendar.Evaluation),
            new DriftReferenceOptions { Columns = FlightFeatures.Service.FeatureNames },
            cancellationToken);
        await AtomicFile.WriteAllBytesAsync(Path.Combine(work, Reference), reference.ToJson(), cancellationToken);
        return new StepOutcome(
            string.Create(CultureInfo.InvariantCulture, $"{reference.Features.Length} features of {reference.Rows:N0} training rows in frozen bins"),
            new Dictionary<string, string> { ["reference"] = reference.Digest.ToString() },
            Reference);
    }

    /// <summary>Judges one week.</summary>
    /// <param name="week">Its first day.</param>
    /// <param name="referenceAuc">The champion's area on the evaluation month.</param>
    /// <param name="cancellationToken">Observed between batches.</param>
    public async Task<StepOutcome> RunAsync(DateTimeOffset week, double referenceAuc, CancellationToken cancellationToken)
    {
        var end = FlightCalendar.EndOfWeek(week);
        var log = OpenLog(week, end);
        var drift = await (await DetectorAsync(cancellationToken)).CompareAsync(log, cancellationToken);
        var performance = await LabelJoin.EvaluateAsync(log, Labels(week, end), end, new LabelJoinOptions { Windows = Weekly }, cancellationToken);
        var judged = performance.Windows.Single();
        var decision = RetrainPolicy.Create(new RetrainPolicyOptions { MinimumNewLabels = await EnoughAsync(cancellationToken) }).Decide(new RetrainEvidence
        {
            Now = end,
            TrainedAt = FlightCalendar.Evaluation,
            ReferenceAuc = referenceAuc,
            NewLabels = await CountAsync(FlightRows.Between(rows, FlightCalendar.Evaluation, end), cancellationToken),
            Performance = judged,
            Drift = drift,
        });

        var file = string.Create(CultureInfo.InvariantCulture, $"watch/{week:yyyy-MM-dd}.json");
        await AtomicFile.WriteAllBytesAsync(Path.Combine(work, file), decision.ToJson(), cancellationToken);
        var strongest = drift.Features.MaxBy(f => f.Psi)!;
        return new StepOutcome(
            string.Create(
                CultureInfo.InvariantCulture,
                $"AUC {judged.Auc?.Value:F4} [{judged.Auc?.Lower:F4}, {judged.Auc?.Upper:F4}] on {judged.Coverage:P1} of labels; {drift.Features.Count(f => f.Verdict == DriftVerdict.Drift)} of {drift.Features.Length} features drifted, most {strongest.Feature} (PSI {strongest.Psi:F2}); retrain: {decision.Verdict}"),
            new Dictionary<string, string>
            {
                ["verdict"] = decision.Verdict.ToString(),
                ["reasons"] = string.Join(" ", decision.Reasons.Where(r => r.Outcome is RetrainOutcome.Fires or RetrainOutcome.Forbids).Select(r => $"{r.Condition}: {r.Outcome}. {r.Text}")),
            },
            file);
    }

    /// <summary>Reads the frozen reference back.</summary>
    public async Task<PsiDriftDetector> DetectorAsync(CancellationToken cancellationToken) =>
        new(DriftReference.Parse(await File.ReadAllBytesAsync(Path.Combine(work, Reference), cancellationToken)));

    /// <summary>Opens the prediction log of [from, to).</summary>
    public PredictionLogTable OpenLog(DateTimeOffset from, DateTimeOffset to) => PredictionLogTable.Open(new PredictionLogQuery
    {
        Folder = Path.Combine(work, ServeStep.Log),
        Model = FlightModel.Name,
        Signature = signature,
        From = DateOnly.FromDateTime(from.UtcDateTime),
        Until = DateOnly.FromDateTime(to.UtcDateTime),
    });

    /// <summary>Gives the labels of the flights of [from, to), each with the moment at which it became known.</summary>
    public TableSource Labels(DateTimeOffset from, DateTimeOffset to) => LabelRows.From(FlightRows.Between(rows, from, to));

    // A challenger learns from about as many flights as the champion did, and four weeks more are needed to judge it.
    private async Task<long> EnoughAsync(CancellationToken cancellationToken)
    {
        var days = (FlightCalendar.Evaluation - FlightCalendar.Begin).TotalDays;
        var learnt = await CountAsync(FlightRows.Between(rows, FlightCalendar.Begin, FlightCalendar.Evaluation), cancellationToken);
        return (long)(learnt * (days + FlightCalendar.Judgement.TotalDays) / days);
    }

    private static async Task<long> CountAsync(TableSource table, CancellationToken cancellationToken)
    {
        var count = 0L;
        await foreach (var batch in table.ReadAsync([FlightRows.Date], cancellationToken))
        {
            using (batch)
            {
                count += batch.Length;
            }
        }

        return count;
    }
}
