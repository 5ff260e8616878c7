using Apache.Arrow;
using Workflow.Data.Tables;
using Workflow.Repository;
using Workflow.Testing.Trainers;
using Workflow.Training.LightGbm.Native;
using Workflow.Training.Trainers;

namespace Workflow.Training.LightGbm.Tests;

public sealed class LightGbmTrainerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // LightGBM puts pointers of its own into the arrays of a binning sample where a column's commonest value is not zero.
    [Fact]
    public async Task Trains_on_columns_that_are_mostly_missing_or_mostly_one_value()
    {
        var rows = Enumerable.Range(0, 4_000).ToList();
        using var table = TestTable.Of(
            ("x", TestTable.Doubles(rows.Select(i => i % 20 == 0 ? i : (double?)null))),
            ("z", TestTable.Doubles(rows.Select(i => i % 20 == 0 ? i : (double?)7.5))),
            ("y", TestTable.Doubles(rows.Select(i => i % 40 == 0 ? 1 : (double?)0))));
        var options = Options(LearningTask.BinaryClassification);
        options.Features = ["x", "z"];
        for (var i = 0; i < 5; i++)
        {
            using var model = await new LightGbmTrainer(options).FitAsync(table, cancellationToken: Token);
            Assert.NotEqual("0", model.Facts["iterations.kept"]);
        }
    }

    // The cases of golden/lightgbm/errors.json that LightGBM takes in silence.
    [Theory]
    [InlineData("label-nan-binary", LearningTask.BinaryClassification, double.NaN, "row 3 is NaN")]
    [InlineData("label-binary-2", LearningTask.BinaryClassification, 2, "row 3 is 2")]
    [InlineData("label-binary-negative", LearningTask.BinaryClassification, -1, "row 3 is -1")]
    [InlineData("label-binary-fraction", LearningTask.BinaryClassification, 0.5, "row 3 is 0.5")]
    [InlineData("label-nan-regression", LearningTask.Regression, double.NaN, "row 3 is NaN")]
    [InlineData("label-inf", LearningTask.Regression, double.PositiveInfinity, "row 3 is Infinity")]
    [InlineData("label beyond float32", LearningTask.Regression, 1e300, "row 3 is 1E+300")]
    [InlineData("label-multi-range", LearningTask.MulticlassClassification, 3, "row 3 is 3")]
    [InlineData("label-multi-negative", LearningTask.MulticlassClassification, -1, "row 3 is -1")]
    [InlineData("label-multi-fraction", LearningTask.MulticlassClassification, 0.25, "row 3 is 0.25")]
    public async Task Refuses_labels_naming_column_and_row(string why, LearningTask task, double bad, string expected)
    {
        Assert.NotEmpty(why);
        using var table = TestTable.Of(("x", Ramp(40)), ("y", Labels(40, 3, bad)));
        var options = Options(task);
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => new LightGbmTrainer(options).FitAsync(table, cancellationToken: Token));
        Assert.Contains("label 'y'", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public async Task Refuses_weights_naming_column_and_row(double bad)
    {
        using var table = TestTable.Of(("x", Ramp(40)), ("y", Labels(40)), ("w", TestTable.Doubles(Enumerable.Range(0, 40).Select(i => i == 7 ? bad : (double?)1))));
        var options = Options();
        options.Weight = "w";
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => new LightGbmTrainer(options).FitAsync(table, cancellationToken: Token));
        Assert.Contains("weight 'w'", error.Message, StringComparison.Ordinal);
        Assert.Contains("row 7", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Counts_the_bad_labels_and_names_the_first()
    {
        using var table = TestTable.Of(("x", Ramp(40)), ("y", TestTable.Doubles(Enumerable.Range(0, 40).Select(i => i < 30 ? null : (double?)1))));
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => new LightGbmTrainer(Options()).FitAsync(table, cancellationToken: Token));
        Assert.Contains("row 0 is null, row 1 is null, row 2 is null, row 3 is null, row 4 is null and 25 more", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_one_class_and_no_rows()
    {
        using var one = TestTable.Of(("x", Ramp(40)), ("y", TestTable.Doubles(Enumerable.Repeat<double?>(1, 40))));
        Assert.Contains("is 1 in all 40 rows", (await Assert.ThrowsAsync<InvalidDataException>(() => new LightGbmTrainer(Options()).FitAsync(one, cancellationToken: Token))).Message, StringComparison.Ordinal);
        using var none = TestTable.Of(("x", Ramp(0)), ("y", Labels(0)));
        Assert.Contains("has no rows", (await Assert.ThrowsAsync<InvalidDataException>(() => new LightGbmTrainer(Options()).FitAsync(none, cancellationToken: Token))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_every_column_that_it_cannot_take()
    {
        using var table = TestTable.Of(("x", Ramp(2)), ("s", TestTable.Strings("a", "b")), ("y", TestTable.Strings("0", "1")));
        var options = Options();
        options.Features = ["x", "s", "gone"];
        var error = await Assert.ThrowsAsync<SchemaMismatchException>(() => new LightGbmTrainer(options).FitAsync(table, cancellationToken: Token));
        Assert.Equal([("s", "utf8"), ("gone", null), ("y", "utf8")], error.Differences.Select(d => (d.Column, d.Actual)));

        using var train = TestTable.Of(("x", Ramp(40)), ("y", Labels(40)));
        using var validation = TestTable.Of(("x", new FloatArray.Builder().AppendRange(Enumerable.Range(0, 40).Select(i => (float)i)).Build()), ("z", Labels(40)));
        error = await Assert.ThrowsAsync<SchemaMismatchException>(() => new LightGbmTrainer(Options()).FitAsync(train, validation, cancellationToken: Token));
        Assert.Equal(["x", "y"], error.Differences.Select(d => d.Column));
    }

    [Fact]
    public void Lists_every_fault_of_the_options()
    {
        var options = new LightGbmOptions { Task = LearningTask.Ranking, Leaves = 1, LearningRate = double.NaN, Metric = LightGbmMetric.MeanAbsoluteError, Classes = 3, Seed = -1 };
        var error = Assert.Throws<ArgumentException>(options.Validate);
        foreach (var name in new[] { "Features is empty", "Task is Ranking", "Leaves is 1;", "LearningRate is NaN", "Metric MeanAbsoluteError", "Classes is 3", "Seed is -1" })
        {
            Assert.Contains(name, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Takes_a_copy_of_the_options()
    {
        using var table = TestTable.Of(("x", Ramp(40)), ("y", Labels(40)));
        var options = Options();
        var trainer = new LightGbmTrainer(options);
        options.Features = [];
        options.Iterations = -1;
        using var model = await trainer.FitAsync(table, cancellationToken: Token);
        Assert.Equal(["x"], model.Signature.Inputs.FieldsList.Select(f => f.Name));
    }

    [Fact]
    public async Task Constant_and_empty_features_give_the_mean()
    {
        using var table = TestTable.Of(("x", TestTable.Doubles(Enumerable.Repeat<double?>(5, 40))), ("n", TestTable.Doubles(Enumerable.Repeat<double?>(null, 40))), ("y", Labels(40)));
        var options = Options();
        options.Features = ["x", "n"];
        using var model = await new LightGbmTrainer(options).FitAsync(table, cancellationToken: Token);
        Assert.All(await ScoresAsync(model, table), s => Assert.Equal(0.5, s, 1e-6));
        Assert.Equal("no split helps", model.Facts["stopped"]);
    }

    [Fact]
    public async Task Stops_early_and_keeps_the_best_iteration()
    {
        using var train = KnownFunction.Draw(400, seed: 1);
        using var validation = KnownFunction.Draw(400, seed: 2);
        var options = Known();
        (options.Iterations, options.EarlyStoppingRounds, options.Leaves, options.MinRowsPerLeaf) = (1_000, 10, 31, 2);
        var seen = new List<double>();
        options.StopWhen = p =>
        {
            seen.Add(p.Value);
            return false;
        };
        using var model = await new LightGbmTrainer(options).FitAsync(train, validation, cancellationToken: Token);
        var best = seen.IndexOf(seen.Min()) + 1;
        Assert.Equal(best + 10, seen.Count);
        Assert.Equal($"{best}", model.Facts["iterations.kept"]);
        Assert.Equal("no improvement", model.Facts["stopped"]);

        // The kept model's own loss is the best that was seen.
        var evaluation = Evaluation.BinaryEvaluation.Measure(await Evaluation.BinaryScores.ScoreAsync(
            validation, model.ScoreAsync, new Evaluation.BinaryColumns { Label = KnownFunction.Label }, Token));
        Assert.Equal(seen.Min(), evaluation.LogLoss, 1e-9);
    }

    [Fact]
    public async Task The_number_of_threads_changes_no_tree()
    {
        using var train = KnownFunction.Draw(20_000, seed: 1);
        var texts = new List<string>();
        foreach (var threads in new[] { 1, 2, 3 })
        {
            var options = Known();
            (options.Threads, options.RowFraction, options.FeatureFraction) = (threads, 0.7, 0.8);
            using var model = await new LightGbmTrainer(options).FitAsync(train, cancellationToken: Token);
            texts.Add((await TextAsync(model)).Split("\nparameters:", 2)[0]);
        }

        Assert.All(texts, t => Assert.Equal(texts[0], t));
    }

    // What guards them is NativeThreads, whose own tests say when it fails; here everything runs together.
    [Fact]
    public async Task Trainings_with_other_thread_counts_and_scoring_do_not_disturb_each_other()
    {
        using var train = KnownFunction.Draw(5_000, seed: 1);
        var texts = await Task.WhenAll(Enumerable.Range(0, 24).Select(i => Task.Run(
            async () =>
            {
                var options = Known();
                (options.Threads, options.Iterations) = (1 + (i % 4), 20);
                using var model = await new LightGbmTrainer(options).FitAsync(train, cancellationToken: Token);
                Assert.Equal(5_000, (await ScoresAsync(model, train)).Length);
                return (await TextAsync(model)).Split("\nparameters:", 2)[0];
            },
            Token)));
        Assert.All(texts, t => Assert.Equal(texts[0], t));
    }

    [Fact]
    public async Task A_training_that_waits_for_others_can_be_cancelled()
    {
        using var slot = await NativeThreads.EnterAsync(7, Token);
        using var source = new CancellationTokenSource();
        using var train = KnownFunction.Draw(500, seed: 1);
        var options = Known();
        options.Threads = 5;
        var waiting = new LightGbmTrainer(options).FitAsync(train, cancellationToken: source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task Batches_of_any_size_give_the_same_model()
    {
        using var whole = KnownFunction.Draw(3_000, seed: 1);
        var parts = new List<RecordBatch>();
        await foreach (var batch in whole.ReadAsync(cancellationToken: Token))
        {
            using (batch)
            {
                parts.AddRange([batch.SliceShared(0, 1), batch.SliceShared(1, 1_000), batch.SliceShared(1_001, 1_999)]);
            }
        }

        using var split = new BatchTable(whole.Schema, parts);
        using var first = await new LightGbmTrainer(Known()).FitAsync(whole, cancellationToken: Token);
        using var second = await new LightGbmTrainer(Known()).FitAsync(split, cancellationToken: Token);
        Assert.Equal(await TextAsync(first), await TextAsync(second));
    }

    [Fact]
    public async Task Names_that_the_text_cannot_hold_survive_a_reload()
    {
        using var table = TestTable.Of(("with space", Ramp(40)), ("a:b", Ramp(40)), ("y", Labels(40)));
        var options = Options();
        options.Features = ["with space", "a:b"];
        using var model = await new LightGbmTrainer(options).FitAsync(table, cancellationToken: Token);
        using var reloaded = await LightGbmModel.LoadAsync(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(await TextAsync(model))), Token);
        Assert.Equal(["with space", "a:b"], reloaded.Signature.Inputs.FieldsList.Select(f => f.Name));
        Assert.Equal(await ScoresAsync(model, table), await ScoresAsync(reloaded, table));
    }

    [Fact]
    public async Task Learns_classes_and_numbers()
    {
        var x = Enumerable.Range(0, 300).Select(i => (double?)(i % 30)).ToArray();
        using var table = TestTable.Of(("x", TestTable.Doubles(x)), ("y", TestTable.Doubles(x.Select(v => (double?)(int)(v! / 10)))));
        var multiclass = Options(LearningTask.MulticlassClassification);
        multiclass.Iterations = 20;
        using var classes = await new LightGbmTrainer(multiclass).FitAsync(table, cancellationToken: Token);
        Assert.Equal(["score_0", "score_1", "score_2"], classes.Signature.Outputs.FieldsList.Select(f => f.Name));
        await foreach (var batch in table.ReadAsync(cancellationToken: Token))
        {
            using var scored = await classes.ScoreAsync(batch, Token);
            for (var i = 0; i < 300; i++)
            {
                var row = Enumerable.Range(0, 3).Select(c => ((DoubleArray)scored.Column(c)).GetValue(i)!.Value).ToArray();
                Assert.Equal(1, row.Sum(), 1e-12);
                Assert.Equal((int)(x[i]! / 10), row.AsSpan().IndexOf(row.Max()));
            }

            batch.Dispose();
        }

        var regression = Options(LearningTask.Regression);
        regression.Iterations = 100;
        using var numbers = await new LightGbmTrainer(regression).FitAsync(table, cancellationToken: Token);
        Assert.All((await ScoresAsync(numbers, table)).Zip(x), pair => Assert.Equal((int)(pair.Second! / 10), pair.First, 0.05));
    }

    [Theory]
    [InlineData("obj-binary", LearningTask.BinaryClassification, "y_bin", 4)]
    [InlineData("obj-regression", LearningTask.Regression, "y", 4)]
    public async Task Trains_the_golden_trees(string id, LearningTask task, string label, int rounds)
    {
        var golden = Golden.GoldenCase.Read(id).Text;
        var table = await ParquetTable.OpenAsync(SharedFolder.Require("golden/lightgbm/data/mixed-1.parquet"), cancellationToken: Token);
        var options = new LightGbmOptions
        {
            Task = task,
            Features = [.. Enumerable.Range(0, 8).Select(i => $"f{i}")],
            Label = label,
            Iterations = rounds,
            Leaves = 8,
            MinRowsPerLeaf = 10,
            LearningRate = 0.2,
            Seed = 11,
            Threads = 1,
        };
        using var model = await new LightGbmTrainer(options).FitAsync(table, cancellationToken: Token);
        Assert.Equal(Trees(golden), Trees(await TextAsync(model)));

        static string Trees(string text) => text[text.IndexOf("Tree=0\n", StringComparison.Ordinal)..text.IndexOf("end of trees", StringComparison.Ordinal)];
    }

    [Fact]
    public async Task What_stop_when_throws_ends_the_training()
    {
        using var train = KnownFunction.Draw(500, seed: 1);
        var options = Known();
        options.StopWhen = _ => throw new NotSupportedException("mine");
        Assert.Equal("mine", (await Assert.ThrowsAsync<NotSupportedException>(() => new LightGbmTrainer(options).FitAsync(train, cancellationToken: Token))).Message);
    }

    private static LightGbmOptions Options(LearningTask task = LearningTask.BinaryClassification) => new()
    {
        Features = ["x"],
        Label = "y",
        Task = task,
        Classes = task is LearningTask.MulticlassClassification ? 3 : null,
        Iterations = 3,
        MinRowsPerLeaf = 1,
    };

    private static LightGbmOptions Known() => new() { Features = KnownFunction.Features, Label = KnownFunction.Label, Iterations = 10 };

    private static DoubleArray Ramp(int rows) => TestTable.Doubles(Enumerable.Range(0, rows).Select(i => (double?)i));

    private static DoubleArray Labels(int rows, int badRow = -1, double bad = 0) =>
        TestTable.Doubles(Enumerable.Range(0, rows).Select(i => i == badRow ? bad : (double?)(i % 2)));

    private static async Task<string> TextAsync(FittedModel model)
    {
        using var stream = new MemoryStream();
        await model.SaveAsync(stream, Token);
        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    private static async Task<double[]> ScoresAsync(FittedModel model, TableSource rows)
    {
        var scores = new List<double>();
        await foreach (var batch in rows.ReadAsync(cancellationToken: Token))
        {
            using (batch)
            {
                using var scored = await model.ScoreAsync(batch, Token);
                scores.AddRange(Enumerable.Range(0, scored.Length).Select(i => ((DoubleArray)scored.Column(0)).GetValue(i)!.Value));
            }
        }

        return [.. scores];
    }
}
