using System.Globalization;
using FlightDelays.Flights;
using FlightDelays.Loop;
using Workflow.Data.Definitions;
using Workflow.Data.Storage;
using Workflow.Data.Tables;
using Workflow.Training.Evaluation;
using Workflow.Training.Gates;
using Workflow.Training.LightGbm;

namespace FlightDelays.Steps;

/// <summary>Lets champion and challenger score the same four weeks, which neither has learnt from, and decides with a paired bootstrap over days.</summary>
internal sealed class GateStep(string work)
{
    private const string File = "gate.json";

    public async Task<StepOutcome> RunAsync(TableSource holdout, int seed, CancellationToken cancellationToken)
    {
        // Flights of one day are late together: days are what the bootstrap draws.
        var columns = new BinaryColumns { Label = FlightRows.Late, Id = FlightRows.Flight, Cluster = FlightRows.Date, ClusterPeriod = TimeSpan.FromDays(1) };
        var champion = await ScoreAsync("champion", holdout, columns, cancellationToken);
        var challenger = await ScoreAsync("challenger", holdout, columns, cancellationToken);
        var report = new PairedBootstrapGate(new GateOptions { Seed = seed }).Decide(champion, challenger, cancellationToken);
        await AtomicFile.WriteAllBytesAsync(Path.Combine(work, File), CanonicalJson.Serialize(report.ToJson()), cancellationToken);
        return new StepOutcome(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{report.Verdict}: AUC {report.Area.Champion:F4} → {report.Area.Challenger:F4}, difference {report.Area.Delta:+0.0000;-0.0000} [{report.Area.Low:+0.0000;-0.0000}, {report.Area.High:+0.0000;-0.0000}] over {report.Clusters} days and {report.Rows:N0} flights"),
            new Dictionary<string, string>
            {
                ["verdict"] = report.Verdict.ToString(),
                ["report"] = report.Digest.ToString(),
                ["reasons"] = string.Join(" ", report.Reasons),
            },
            File);
    }

    private async Task<BinaryScores> ScoreAsync(string role, TableSource holdout, BinaryColumns columns, CancellationToken cancellationToken)
    {
        await using var text = System.IO.File.OpenRead(Path.Combine(work, TrainStep.TextOf(role)));
        using var model = await LightGbmModel.LoadAsync(text, cancellationToken);
        return await BinaryScores.ScoreAsync(holdout, model.ScoreAsync, columns, cancellationToken);
    }
}
