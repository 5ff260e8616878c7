using FlightDelays.Flights;
using FlightDelays.Loop;
using FlightDelays.Steps;
using Workflow.Data.Lineage;
using Workflow.Data.Partitions;
using Workflow.Data.Registry;
using Workflow.Data.Storage;
using Workflow.Data.Tables;
using Workflow.Inference.Rollouts;
using Workflow.Inference.Serving;
using Workflow.Monitoring.Feedback;
using Workflow.Training.Experiments;
using Workflow.Training.Gates;
using Workflow.Training.LightGbm;

namespace FlightDelays;

/// <summary>The whole life of a model, step by step. Every decision falls by rules and defaults fixed beforehand.</summary>
internal sealed class FlightLoop(FlightOptions options, IServiceProvider state, StepJournal journal, ProgressLine progress)
{
    private TableSource? _rows;
    private LiveServer? _server;
    private LightGbmModel? _native;

    /// <summary>Gets or sets whether to spoil the challenger, for the test of a bad one.</summary>
    public bool SpoilChallenger { get; set; }

    /// <summary>Runs every step that is not finished.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RunStepsAsync(cancellationToken);
        }
        finally
        {
            (_rows as IDisposable)?.Dispose();
            _native?.Dispose();
            if (_server is not null)
            {
                await _server.DisposeAsync();
            }
        }
    }

    private async Task RunStepsAsync(CancellationToken cancellationToken)
    {
        var work = journal.Work;
        var given = await ParquetTable.OpenAsync(options.Data, cancellationToken: cancellationToken);
        TableSchema.Require(FlightContract.Schema, given.Schema, $"the flights that this sample learns from, read from '{options.Data}'");
        var data = await DigestAsync(options.Data, cancellationToken);
        var version = await journal.RunAsync("version", [data], () => VersionStep.RunAsync(work, options.Data, cancellationToken));
        var flights = await ParquetTable.OpenAsync(Path.Combine(work, VersionStep.File), cancellationToken: cancellationToken);
        await journal.RunAsync("contract", [data, FlightContract.Contract.Digest.ToString()], () => ContractStep.RunAsync(work, flights, cancellationToken));

        var clean = ContractStep.Clean(flights);
        var service = FlightFeatures.Service.Digest.ToString();
        var features = await journal.RunAsync("features", [data, service], () => FeatureStep.RunAsync(work, clean, state.GetRequiredService<IPartitionRunner>(), cancellationToken));
        var table = features.Files[FeatureStep.File];
        var inputs = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["dataset"] = $"md5:{version.Figures["md5"]}",
            ["feature-service"] = service,
            ["training-rows"] = table,
        };

        var champion = await TrainAsync("champion", new TrainingPeriod(FlightCalendar.Begin, FlightCalendar.ChampionValidation, FlightCalendar.Evaluation), inputs, spoil: false, cancellationToken);
        var registered = await RegisterAsync("champion", (FlightCalendar.Evaluation, FlightCalendar.Live), champion, inputs, cancellationToken);
        await journal.RunAsync("promote-champion", [registered.Key, registered.Figures["onnx"]], async () =>
        {
            var generation = await Registrar().PromoteAsync(Number(registered), "the first model", evidence: null, cancellationToken);
            return new StepOutcome($"champion is {FlightModel.Name}/{Number(registered)} (generation {generation})", new Dictionary<string, string>());
        });

        var retrainAt = await ServeAsync(champion, registered, table, cancellationToken);
        var production = registered;
        if (retrainAt is { } at)
        {
            production = await ChallengeAsync(at, registered, inputs, cancellationToken);
        }

        await journal.RunAsync(
            "report",
            journal.Records.Values.Select(r => r.Key).ToList(),
            async () => await new ReportStep(await WatcherAsync(cancellationToken), work, state.GetRequiredService<LineageStore>())
                .RunAsync(Path.Combine(options.Output, "report.html"), journal.Records, new LineageNode("model", $"{FlightModel.Name}/{Number(production)}"), cancellationToken));
    }

    private async Task<DateTimeOffset?> ServeAsync(StepRecord champion, StepRecord registered, string table, CancellationToken cancellationToken)
    {
        var work = journal.Work;
        var reference = await journal.RunAsync("drift-reference", [table], async () => await (await WatcherAsync(cancellationToken)).FreezeAsync(cancellationToken));
        var auc = double.Parse(registered.Figures["auc"], System.Globalization.CultureInfo.InvariantCulture);
        foreach (var week in FlightCalendar.Weeks)
        {
            var name = week.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
            var served = await journal.RunAsync(
                $"serve-{name}",
                [table, registered.Figures["onnx"], champion.Files[TrainStep.TextOf("champion")]],
                () => progress.RunAsync($"serving the week of {name}", async () => await new ServeStep(work, await RowsAsync(cancellationToken), progress)
                    .RunAsync(week, await ServerAsync(Number(registered), cancellationToken), await NativeAsync(cancellationToken), cancellationToken)));
            var watched = await journal.RunAsync(
                $"watch-{name}",
                [served.Key, .. served.Files.Values, reference.Figures["reference"]],
                async () => await (await WatcherAsync(cancellationToken)).RunAsync(week, auc, cancellationToken));
            var end = FlightCalendar.EndOfWeek(week);
            if (watched.Figures["verdict"] == nameof(RetrainVerdict.Retrain) && end < FlightCalendar.End)
            {
                return end;
            }
        }

        return null;
    }

    private async Task<StepRecord> ChallengeAsync(DateTimeOffset at, StepRecord champion, Dictionary<string, string> inputs, CancellationToken cancellationToken)
    {
        var work = journal.Work;
        var judged = at - FlightCalendar.Judgement;
        var trained = await TrainAsync("challenger", new TrainingPeriod(FlightCalendar.Evaluation, judged.AddDays(-7), judged), inputs, SpoilChallenger, cancellationToken);
        var registered = await RegisterAsync("challenger", (judged, at), trained, inputs, cancellationToken);
        var gate = await journal.RunAsync("gate", [champion.Figures["onnx"], registered.Figures["onnx"], inputs["training-rows"], $"{at:O}"], async () =>
            await new GateStep(work).RunAsync(FlightRows.Between(await RowsAsync(cancellationToken), judged, at), options.Seed, cancellationToken));
        if (gate.Figures["verdict"] != nameof(GateVerdict.Promote))
        {
            await KeepServingAsync(at, registered: champion, cancellationToken);
            return champion;
        }

        var canary = await journal.RunAsync("canary", [champion.Figures["onnx"], registered.Figures["onnx"], gate.Figures["report"], $"{at:O}"], () => progress.RunAsync("canary", async () =>
        {
            using var native = await LoadNativeAsync("challenger", cancellationToken);
            return await new CanaryStep(work, await RowsAsync(cancellationToken), progress).RunAsync(
                at,
                new CanaryModel(await BytesAsync(champion, cancellationToken), Number(champion), await NativeAsync(cancellationToken)),
                new CanaryModel(await BytesAsync(registered, cancellationToken), Number(registered), native),
                cancellationToken);
        }));
        if (canary.Figures["phase"] != nameof(RolloutPhase.Promoted))
        {
            return champion;
        }

        await journal.RunAsync("promote-challenger", [canary.Key, gate.Figures["report"]], async () =>
        {
            var generation = await Registrar().PromoteAsync(Number(registered), $"gate and canary, {canary.Figures["phase"]}", ContentDigest.Parse(gate.Figures["report"]), cancellationToken);
            return new StepOutcome($"champion is {FlightModel.Name}/{Number(registered)} (generation {generation})", new Dictionary<string, string>());
        });
        return registered;
    }

    // The gate said no: the champion goes on alone.
    private async Task KeepServingAsync(DateTimeOffset from, StepRecord registered, CancellationToken cancellationToken)
    {
        foreach (var week in FlightCalendar.Weeks.Where(w => w >= from))
        {
            await journal.RunAsync(
                $"serve-{week:yyyy-MM-dd}",
                [registered.Figures["onnx"], registered.Key],
                () => progress.RunAsync("serving", async () => await new ServeStep(journal.Work, await RowsAsync(cancellationToken), progress)
                    .RunAsync(week, await ServerAsync(Number(registered), cancellationToken), await NativeAsync(cancellationToken), cancellationToken)));
        }
    }

    private Task<StepRecord> TrainAsync(string role, TrainingPeriod period, Dictionary<string, string> inputs, bool spoil, CancellationToken cancellationToken)
    {
        var settings = FlightModel.Options(options.Seed, spoil);
        return journal.RunAsync(
            $"train-{role}",
            [.. inputs.Values, period.ToString(), .. FlightModel.Parameters(settings).Select(p => $"{p.Key}={p.Value}")],
            () => progress.RunAsync($"training the {role}", async () =>
            {
                // What another champion answered must not be taken for this one's.
                var log = Path.Combine(journal.Work, ServeStep.Log);
                if (role == "champion" && Directory.Exists(log))
                {
                    Directory.Delete(log, recursive: true);
                }

                return await new TrainStep(journal.Work, state.GetRequiredService<ExperimentStore>(), progress)
                    .RunAsync(role, await RowsAsync(cancellationToken), period, settings, inputs, cancellationToken);
            }));
    }

    private Task<StepRecord> RegisterAsync(string role, (DateTimeOffset From, DateTimeOffset To) holdout, StepRecord trained, Dictionary<string, string> inputs, CancellationToken cancellationToken) =>
        journal.RunAsync($"register-{role}", [.. trained.Files.Values, $"{holdout.From:O} {holdout.To:O}"], async () => await Registrar()
            .RunAsync(role, FlightRows.Between(await RowsAsync(cancellationToken), holdout.From, holdout.To), trained, inputs, cancellationToken));

    private RegisterStep Registrar() => new(journal.Work, state.GetRequiredService<IObjectStore>(), state.GetRequiredService<ModelRegistry>(), state.GetRequiredService<LineageStore>());

    private async Task<byte[]> BytesAsync(StepRecord registered, CancellationToken cancellationToken)
    {
        await using var stored = await state.GetRequiredService<IObjectStore>().OpenReadAsync(ContentDigest.Parse(registered.Figures["onnx"]), cancellationToken);
        using var bytes = new MemoryStream();
        await stored.CopyToAsync(bytes, cancellationToken);
        return bytes.ToArray();
    }

    // What several steps need is opened by the first that does: a rerun that keeps every step opens nothing.
    private async Task<TableSource> RowsAsync(CancellationToken cancellationToken) =>
        _rows ??= await BatchTable.LoadAsync(await ParquetTable.OpenAsync(Path.Combine(journal.Work, FeatureStep.File), cancellationToken: cancellationToken), cancellationToken: cancellationToken);

    private async Task<LiveServer> ServerAsync(long version, CancellationToken cancellationToken) =>
        _server ??= await LiveServer.StartAsync(Path.Combine(journal.Work, "state"), ModelSource.FromRegistry($"{FlightModel.Name}/{version}"), cancellationToken);

    private async Task<LightGbmModel> NativeAsync(CancellationToken cancellationToken) => _native ??= await LoadNativeAsync("champion", cancellationToken);

    private async Task<LightGbmModel> LoadNativeAsync(string role, CancellationToken cancellationToken)
    {
        await using var text = File.OpenRead(Path.Combine(journal.Work, TrainStep.TextOf(role)));
        return await LightGbmModel.LoadAsync(text, cancellationToken);
    }

    private async Task<WatchStep> WatcherAsync(CancellationToken cancellationToken) =>
        new(journal.Work, await RowsAsync(cancellationToken), (await NativeAsync(cancellationToken)).Signature);

    private static long Number(StepRecord registered) => long.Parse(registered.Figures["version"], System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<string> DigestAsync(string path, CancellationToken cancellationToken)
    {
        await using var stream = File.OpenRead(path);
        return (await ContentDigest.OfAsync(stream, cancellationToken)).ToString();
    }
}
