using Apache.Arrow;
using Workflow.Data.Registry;
using Workflow.Data.Tables;
using Workflow.Training.Trainers;
using Xunit;

#pragma warning disable CA1707 // Test names are sentences.
#pragma warning disable CA2007 // Tests need no ConfigureAwait.

namespace Workflow.Testing.Trainers;

/// <summary>What every binary trainer must do: derive a test class from it for each engine.</summary>
/// <remarks>The rows are those of <see cref="KnownFunction"/>.</remarks>
public abstract class TrainerConformance
{
    /// <summary>Gets the largest allowed difference between the model's scores and those of its exported form.</summary>
    protected virtual double ExportTolerance => 1e-6;

    /// <summary>Gets by how many bytes the process may grow over 50 trainings, after 10 to warm up.</summary>
    protected virtual long MemorySlack => 48L << 20;

    /// <summary>Makes a trainer.</summary>
    /// <param name="setup">What it must be set to.</param>
    protected abstract Trainer Create(TrainerSetup setup);

    /// <summary>Loads what the engine's model saved.</summary>
    /// <param name="saved">The bytes.</param>
    /// <returns>The model, which the suite disposes.</returns>
    protected abstract Task<FittedModel> LoadAsync(Stream saved);

    /// <summary>Opens an exported model in another runtime. Null where the engine cannot export.</summary>
    /// <param name="exported">The ONNX model.</param>
    /// <returns>How that runtime scores, or null.</returns>
    protected virtual ScoreBatch? OpenExported(Stream exported) => null;

    /// <summary>The trainer learns a function that can be learnt, with and without validation rows.</summary>
    [Fact]
    public async Task Learns_a_known_function()
    {
        using var train = KnownFunction.Draw(4_000, seed: 1);
        using var test = KnownFunction.Draw(2_000, seed: 2);
        using var model = await FitAsync(new TrainerSetup { Features = KnownFunction.Features, Label = KnownFunction.Label }, train);
        var scores = await ScoresAsync(model.ScoreAsync, test);
        Assert.All(scores, s => Assert.InRange(s, 0, 1));
        Assert.InRange(await AreaAsync(scores, test), 0.92, 0.97);
    }

    /// <summary>The signature is the columns that were asked for, with their types, in order.</summary>
    [Fact]
    public async Task States_its_signature()
    {
        using var train = KnownFunction.Draw(500, seed: 1);
        using var model = await FitAsync(Quick(), train);
        Assert.Equal(KnownFunction.Features, model.Signature.Inputs.FieldsList.Select(f => f.Name));
        Assert.All(model.Signature.Inputs.FieldsList, f => Assert.Equal("float", f.DataType.Name));
        Assert.Equal(["score"], model.Signature.Outputs.FieldsList.Select(f => f.Name));
    }

    /// <summary>Equal rows, settings and seed give equal bytes, where the engine claims so, and a null seed is reported.</summary>
    [Fact]
    public async Task Honours_its_seed()
    {
        using var train = KnownFunction.Draw(2_000, seed: 1);
        var setup = Quick();
        Assert.SkipUnless(Create(setup).Capabilities.IsDeterministic, "the engine does not claim to be deterministic");
        using var first = await FitAsync(setup, train);
        using var second = await FitAsync(setup, train);
        Assert.Equal(await BytesAsync(first), await BytesAsync(second));

        using var drawn = await FitAsync(setup with { Seed = null }, train);
        using var repeated = await FitAsync(setup with { Seed = int.Parse(drawn.Facts["seed"], System.Globalization.CultureInfo.InvariantCulture) }, train);
        Assert.Equal(await BytesAsync(drawn), await BytesAsync(repeated));
    }

    /// <summary>A cancelled training throws within a second.</summary>
    [Fact]
    public async Task Cancels_within_a_second()
    {
        using var train = KnownFunction.Draw(50_000, seed: 1);
        using var source = new CancellationTokenSource();
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var setup = Quick() with
        {
            Iterations = 100_000,
            StopWhen = _ =>
            {
                started.TrySetResult();
                return false;
            },
        };
        var training = FitAsync(setup, train, cancellationToken: source.Token);
        await started.Task.WaitAsync(TimeSpan.FromMinutes(1));
        var clock = TimeProvider.System.GetTimestamp();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => training);
        Assert.InRange(TimeProvider.System.GetElapsedTime(clock), TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    /// <summary>A stopped training returns the best model that it had seen.</summary>
    [Fact]
    public async Task Stops_and_keeps_the_best()
    {
        using var train = KnownFunction.Draw(2_000, seed: 1);
        using var validation = KnownFunction.Draw(1_000, seed: 3);
        var seen = new List<TrainingProgress>();
        var setup = Quick() with
        {
            Iterations = 100_000,
            StopWhen = p =>
            {
                seen.Add(p);
                return p.Iteration >= 5;
            },
        };
        using var model = await FitAsync(setup, train, validation);
        Assert.Equal(5, seen[^1].Iteration);
        Assert.All(seen, p => Assert.True(double.IsFinite(p.Value) && p.Metric is not null));
        Assert.Equal(1_000, (await ScoresAsync(model.ScoreAsync, validation)).Length);
    }

    /// <summary>A listener that throws does not harm the training.</summary>
    [Fact]
    public async Task Survives_a_throwing_listener()
    {
        using var train = KnownFunction.Draw(500, seed: 1);
        using var model = await Create(Quick()).FitAsync(train, null, new Throwing());
        Assert.NotEmpty(model.Facts);
    }

    /// <summary>A model that was saved and loaded scores the same bits.</summary>
    [Fact]
    public async Task Scores_equally_when_reloaded()
    {
        using var train = KnownFunction.Draw(2_000, seed: 1);
        using var model = await FitAsync(Quick(), train);
        using var reloaded = await LoadAsync(new MemoryStream(await BytesAsync(model)));
        Assert.Equal(await ScoresAsync(model.ScoreAsync, train), await ScoresAsync(reloaded.ScoreAsync, train));
        Assert.Equal(model.Facts, reloaded.Facts);
        Assert.Equal(await BytesAsync(model), await BytesAsync(reloaded));
    }

    /// <summary>The exported model scores what the model scores, within the tolerance.</summary>
    [Fact]
    public async Task Scores_equally_when_exported()
    {
        using var train = KnownFunction.Draw(2_000, seed: 1);
        using var model = await FitAsync(Quick(), train);
        Assert.SkipUnless(Create(Quick()).Capabilities.IsExportable, "the engine cannot export");
        using var exported = new MemoryStream();
        await model.ExportOnnxAsync(exported);
        exported.Position = 0;
        var score = OpenExported(exported);
        Assert.SkipWhen(score is null, "the test class opens no exported models");
        var expected = await ScoresAsync(model.ScoreAsync, train);
        var actual = await ScoresAsync(score, train);
        Assert.All(expected.Zip(actual), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, ExportTolerance));
    }

    /// <summary>Many threads score with one model and get what one thread gets.</summary>
    [Fact]
    public async Task Scores_on_many_threads()
    {
        using var train = KnownFunction.Draw(2_000, seed: 1);
        using var model = await FitAsync(Quick(), train);
        var expected = await ScoresAsync(model.ScoreAsync, train);
        var all = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => ScoresAsync(model.ScoreAsync, train))));
        Assert.All(all, scores => Assert.Equal(expected, scores));
    }

    /// <summary>Training again and again does not grow the process.</summary>
    [Fact]
    public async Task Keeps_memory_flat()
    {
        using var train = KnownFunction.Draw(2_000, seed: 1);
        var before = 0L;
        for (var i = 0; i < 60; i++)
        {
            using var model = await FitAsync(Quick() with { Iterations = 5 }, train);
            Assert.Equal(2_000, (await ScoresAsync(model.ScoreAsync, train)).Length);
            if (i == 9)
            {
                before = Resident();
            }
        }

        Assert.InRange(Resident() - before, long.MinValue, MemorySlack);
    }

    /// <summary>Missing columns are all named before any work.</summary>
    [Fact]
    public async Task Names_every_missing_column()
    {
        using var train = KnownFunction.Draw(100, seed: 1);
        var setup = Quick() with { Features = ["x0", "nope", "x1", "neither"], Label = "nor" };
        var error = await Assert.ThrowsAsync<SchemaMismatchException>(() => FitAsync(setup, train));
        Assert.Equal(["nope", "neither", "nor"], error.Differences.Select(d => d.Column));
    }

    private static TrainerSetup Quick() => new() { Features = KnownFunction.Features, Label = KnownFunction.Label, Iterations = 10 };

    private Task<FittedModel> FitAsync(TrainerSetup setup, TableSource train, TableSource? validation = null, CancellationToken cancellationToken = default) =>
        Create(setup).FitAsync(train, validation, progress: null, cancellationToken);

    private static async Task<byte[]> BytesAsync(FittedModel model)
    {
        using var stream = new MemoryStream();
        await model.SaveAsync(stream);
        return stream.ToArray();
    }

    private static async Task<double[]> ScoresAsync(ScoreBatch score, TableSource rows)
    {
        var scores = new List<double>();
        await foreach (var batch in rows.ReadAsync())
        {
            using (batch)
            {
                using var scored = await score(batch, CancellationToken.None);
                for (var i = 0; i < scored.Length; i++)
                {
                    scores.Add(scored.Column(0) switch
                    {
                        DoubleArray a => a.GetValue(i)!.Value,
                        FloatArray a => a.GetValue(i)!.Value,
                        var other => throw new NotSupportedException($"A score of type {other.Data.DataType.Name}."),
                    });
                }
            }
        }

        return [.. scores];
    }

    // By counting pairs: slow and plain.
    private static async Task<double> AreaAsync(double[] scores, TableSource rows)
    {
        var labels = new List<bool>();
        await foreach (var batch in rows.ReadAsync([KnownFunction.Label]))
        {
            using (batch)
            {
                var column = (FloatArray)batch.Column(0);
                labels.AddRange(Enumerable.Range(0, batch.Length).Select(i => column.GetValue(i) == 1f));
            }
        }

        var positive = scores.Where((_, i) => labels[i]).ToArray();
        var negative = scores.Where((_, i) => !labels[i]).ToArray();
        return positive.Sum(p => negative.Sum(n => p > n ? 1 : p == n ? 0.5 : 0)) / ((double)positive.Length * negative.Length);
    }

    private static long Resident()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return Environment.WorkingSet;
    }

    private sealed class Throwing : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => throw new InvalidOperationException("A listener failed.");
    }
}
