using Apache.Arrow;
using FlightDelays.Flights;
using FlightDelays.Loop;
using FlightDelays.Steps;
using FlightDelays.Tests.Runs;
using Spectre.Console;
using Workflow.Data.Tables;
using Workflow.Inference.Rollouts;
using Workflow.Training.LightGbm;
using Workflow.Training.Trainers;
using Columns = FlightDelays.Flights.Columns;

namespace FlightDelays.Tests.Steps;

[Collection(LongRuns.Name)]
public sealed class CanaryStepTests(CutFixture cut)
{
    private static readonly DateTimeOffset From = new(2001, 5, 6, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_challenger_that_learnt_the_reverse_is_rolled_back()
    {
        var figures = await RunAsync(rows => TrainAsync(Reversed(rows), spoilt: false));
        Assert.Equal(nameof(RolloutPhase.RolledBack), figures["phase"]);
        Assert.InRange(Count(figures, "served"), 1, Count(figures, "rows") / 10);
    }

    [Fact]
    public async Task A_challenger_that_hardly_learnt_is_not_promoted()
    {
        // Six thousand flights may be too few to show that it is worse; they must not show that it is as good.
        var figures = await RunAsync(rows => TrainAsync(rows, spoilt: true));
        Assert.Contains(figures["phase"], new[] { nameof(RolloutPhase.RolledBack), nameof(RolloutPhase.NotEnoughEvidence) });
        Assert.InRange(Count(figures, "served"), 1, Count(figures, "rows") / 2);
    }

    [Fact]
    public async Task The_champion_itself_as_challenger_is_not_rolled_back()
    {
        var figures = await RunAsync(_ => ChampionAsync());
        Assert.Contains(figures["phase"], new[] { nameof(RolloutPhase.Promoted), nameof(RolloutPhase.NotEnoughEvidence) });
        Assert.InRange(Count(figures, "served"), 1, Count(figures, "rows"));
    }

    private async Task<IReadOnlyDictionary<string, string>> RunAsync(Func<TableSource, Task<FittedModel>> challenger)
    {
        await cut.HonestRunAsync();
        using var folder = new TemporaryFolder();
        using var rows = await BatchTable.LoadAsync(
            await ParquetTable.OpenAsync(Path.Combine(cut.Work, FeatureStep.File), cancellationToken: TestContext.Current.CancellationToken),
            cancellationToken: TestContext.Current.CancellationToken);
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(TextWriter.Null) });
        using var old = await ChampionAsync();
        using var young = await challenger(rows);
        var outcome = await new CanaryStep(folder.Path, rows, new ProgressLine(console))
            .RunAsync(From, new CanaryModel(await ExportAsync(old), 1, old), new CanaryModel(await ExportAsync(young), 2, young), TestContext.Current.CancellationToken);
        TestContext.Current.TestOutputHelper?.WriteLine(outcome.Line);
        Assert.Equal("0", outcome.Figures["online differs"]);
        Assert.Equal("0", outcome.Figures["http differs"]);
        Assert.Equal("0", outcome.Figures["decisions"]);
        Assert.Equal(2 * Count(outcome.Figures, "rows"), Count(outcome.Figures, "compared"));
        Assert.True(Count(outcome.Figures, "rows") > 5_000);
        Assert.All(outcome.Files, file => Assert.True(File.Exists(Path.Combine(folder.Path, file)), file));
        return outcome.Figures;
    }

    private static async Task<FittedModel> TrainAsync(TableSource rows, bool spoilt)
    {
        var period = new TrainingPeriod(FlightCalendar.Begin, FlightCalendar.ChampionValidation, FlightCalendar.Evaluation);
        return await FlightModel.TrainAsync(rows, period, FlightModel.Options(42, spoilt), null, TestContext.Current.CancellationToken);
    }

    private static async Task<byte[]> ExportAsync(FittedModel model)
    {
        using var onnx = new MemoryStream();
        await model.ExportOnnxAsync(onnx, null, TestContext.Current.CancellationToken);
        return onnx.ToArray();
    }

    // Late flights count as punctual and punctual ones as late.
    private static RowMap Reversed(TableSource rows) => new(rows, rows.Schema, (batch, _) => new RecordBatch(
        batch.Schema,
        batch.Schema.FieldsList.Select((field, c) => field.Name == FlightRows.Late
            ? Columns.Of(((FloatArray)batch.Column(c)).Values.ToArray().Select(late => 1 - late).ToArray())
            : Columns.Share(batch.Column(c))),
        batch.Length));

    private async Task<FittedModel> ChampionAsync()
    {
        await using var text = File.OpenRead(Path.Combine(cut.Work, TrainStep.TextOf("champion")));
        return await LightGbmModel.LoadAsync(text, TestContext.Current.CancellationToken);
    }

    private static long Count(IReadOnlyDictionary<string, string> figures, string name) => long.Parse(figures[name], System.Globalization.CultureInfo.InvariantCulture);
}
