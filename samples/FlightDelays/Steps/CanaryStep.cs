using System.Globalization;
using Apache.Arrow;
using FlightDelays.Flights;
using FlightDelays.Loop;
using Workflow.Data.Registry;
using Workflow.Data.Storage;
using Workflow.Data.Tables;
using Workflow.Inference.Predictions;
using Workflow.Inference.Rollouts;
using Workflow.Inference.Scoring;
using Workflow.Inference.Serving;

namespace FlightDelays.Steps;

/// <summary>Lets the challenger answer a growing share of live traffic while labels arrive; an e-process promotes it or rolls it back.</summary>
/// <remarks>One step: when it is killed it runs again from its first flight, with a rollout of its own, so that the outcome is the same.</remarks>
internal sealed class CanaryStep(string work, TableSource rows, ProgressLine progress)
{
    private const string State = "canary";
    private const string Part = "canary";
    private const string TimelineFile = "canary.json";

    public async Task<StepOutcome> RunAsync(DateTimeOffset from, CanaryModel champion, CanaryModel challenger, CancellationToken cancellationToken)
    {
        var state = Path.Combine(work, State);
        if (Directory.Exists(state))
        {
            Directory.Delete(state, recursive: true);
        }

        await using var server = await LiveServer.StartAsync(state, ModelSource.FromBytes(champion.Onnx, champion.Version), cancellationToken);
        await server.Model.BeginRolloutAsync(
            new RolloutPlan { Id = "delay-canary", Challenger = ModelSource.FromBytes(challenger.Onnx, challenger.Version), StartedAt = from },
            cancellationToken);
        var rollout = server.Model.Rollout!;
        using var oldScorer = OnnxScorer.FromBytes(champion.Onnx);
        using var youngScorer = OnnxScorer.FromBytes(challenger.Onnx);

        var answers = new List<Answer>();
        var shadows = new List<Answer>();
        var arrivals = new PriorityQueue<RolloutObservation, (long, long)>();
        await using var window = new LiveWindow(rows);
        var http = new HttpCheck(server.Client, FlightFeatures.Service.FeatureNames);
        await window.ReplayAsync(
            from,
            FlightCalendar.End,
            async (departures, features) =>
            {
                var now = ((TimestampArray)departures.Column(FlightRows.Date)).Values[0];
                await ObserveAsync(server.Model, arrivals, now, cancellationToken);
                using var old = await oldScorer.ScoreAsync(features, cancellationToken);
                using var young = await youngScorer.ScoreAsync(features, cancellationToken);
                var first = answers.Count;
                for (var i = 0; i < departures.Length; i++)
                {
                    var (a, b) = (((DoubleArray)old.Column(0)).Values[i], ((DoubleArray)young.Column(0)).Values[i]);
                    var flight = ((Int64Array)departures.Column(FlightRows.Flight)).Values[i];
                    var isChallenger = rollout.Route(LogRows.Id(flight)) == RolloutArm.Challenger;
                    answers.Add(isChallenger ? new Answer(challenger.Version, "challenger", b) : new Answer(champion.Version, "champion", a));
                    shadows.Add(isChallenger ? new Answer(champion.Version, "shadow", a) : new Answer(challenger.Version, "shadow", b));
                    var known = ((TimestampArray)departures.Column(FlightRows.KnownAt)).Values[i];
                    var late = ((FloatArray)departures.Column(FlightRows.Late)).Values[i];
                    arrivals.Enqueue(Observation(flight, known, (a - late) * (a - late), (b - late) * (b - late)), (known, flight));
                }

                await http.CheckAsync(departures, features, i => answers[first + i].Score, cancellationToken);
                progress.Report((now - FlightRows.Microseconds(from)) / (FlightCalendar.End - from).TotalMicroseconds);
            },
            cancellationToken);

        await ObserveAsync(server.Model, arrivals, long.MaxValue, cancellationToken);
        var status = rollout.Status;
        await WriteLogAsync(oldScorer.Signature!, from, (answers, shadows), cancellationToken);
        var parity = await CompareAsync(from, champion, challenger, (answers, shadows), cancellationToken);
        await AtomicFile.WriteAllBytesAsync(Path.Combine(work, TimelineFile), RolloutTimeline.Write(rollout.Timeline), cancellationToken);
        var served = answers.Count(a => a.Version == challenger.Version);
        return new StepOutcome(
            string.Create(CultureInfo.InvariantCulture, $"{status.Phase} on {status.At:d MMM HH:mm}: the challenger answered {served:N0} of {answers.Count:N0} flights; {status.Reason}; ONNX against LightGBM: {parity.Decisions} of {parity.Rows:N0} decisions differ, largest difference {parity.Largest:E1}"),
            new Dictionary<string, string>
            {
                ["phase"] = status.Phase.ToString(),
                ["at"] = status.At.ToString("O", CultureInfo.InvariantCulture),
                ["served"] = served.ToString(CultureInfo.InvariantCulture),
                ["compared"] = parity.Rows.ToString(CultureInfo.InvariantCulture),
                ["decisions"] = parity.Decisions.ToString(CultureInfo.InvariantCulture),
                ["largest"] = parity.Largest.ToString("R", CultureInfo.InvariantCulture),
                ["rows"] = answers.Count.ToString(CultureInfo.InvariantCulture),
                ["http"] = http.Rows.ToString(CultureInfo.InvariantCulture),
                ["http differs"] = http.Differences.ToString(CultureInfo.InvariantCulture),
                ["online differs"] = window.Mismatches.ToString(CultureInfo.InvariantCulture),
            },
            [TimelineFile, .. ServeStep.Files(work, Part)]);
    }

    private static RolloutObservation Observation(long flight, long known, double championLoss, double challengerLoss) => new()
    {
        Key = LogRows.Id(flight),
        At = DateTimeOffset.UnixEpoch.AddTicks(known * TimeSpan.TicksPerMicrosecond),
        ChampionLoss = championLoss,
        ChallengerLoss = challengerLoss,
    };

    // Labels are told once an hour of event time, or when the traffic has ended.
    private static async Task ObserveAsync(ServedModel model, PriorityQueue<RolloutObservation, (long Known, long Flight)> arrivals, long now, CancellationToken cancellationToken)
    {
        if (model.Rollout is not { Status.Phase: RolloutPhase.Running } || !arrivals.TryPeek(out _, out var next) || (now != long.MaxValue && next.Known / 3_600_000_000 >= now / 3_600_000_000))
        {
            return;
        }

        var arrived = new List<RolloutObservation>();
        while (arrivals.TryPeek(out var observation, out var at) && at.Known < now)
        {
            arrived.Add(observation);
            arrivals.Dequeue();
        }

        await model.ObserveAsync(arrived, cancellationToken);
    }

    // Both models scored every flight, one of them in the shadow: both are held against LightGBM.
    private async Task<Parity> CompareAsync(
        DateTimeOffset from, CanaryModel champion, CanaryModel challenger, (List<Answer> Served, List<Answer> Shadows) answers, CancellationToken cancellationToken)
    {
        var parity = new Parity();
        var first = 0;
        await foreach (var batch in FlightRows.Between(rows, from, FlightCalendar.End).ReadAsync(cancellationToken: cancellationToken))
        {
            using (batch)
            {
                foreach (var model in (CanaryModel[])[champion, challenger])
                {
                    var scores = new double[batch.Length];
                    for (var i = 0; i < scores.Length; i++)
                    {
                        var (served, shadow) = (answers.Served[first + i], answers.Shadows[first + i]);
                        scores[i] = served.Version == model.Version ? served.Score : shadow.Score;
                    }

                    await parity.CompareAsync(model.Native, batch, scores, cancellationToken);
                }

                first += batch.Length;
            }
        }

        return parity;
    }

    private async Task WriteLogAsync(ModelSignature signature, DateTimeOffset from, (List<Answer> Served, List<Answer> Shadows) answers, CancellationToken cancellationToken)
    {
        await using var log = new PredictionLogWriter(FlightModel.Name, signature, new PredictionLogOptions { Folder = Path.Combine(work, ServeStep.Log) });
        var batches = new List<RecordBatch>();
        try
        {
            var (served, shadows) = (answers.Served.ToArray(), answers.Shadows.ToArray());
            var first = 0;
            await foreach (var batch in FlightRows.Between(rows, from, FlightCalendar.End).ReadAsync(cancellationToken: cancellationToken))
            {
                using (batch)
                {
                    batches.Add(LogRows.ToBatch(signature, batch, served.AsSpan(first, batch.Length)));
                    batches.Add(LogRows.ToBatch(signature, batch, shadows.AsSpan(first, batch.Length)));
                    first += batch.Length;
                }
            }

            await log.WritePartAsync(Part, batches, cancellationToken);
        }
        finally
        {
            batches.ForEach(b => b.Dispose());
        }
    }
}
