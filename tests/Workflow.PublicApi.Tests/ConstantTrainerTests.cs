using System.Globalization;
using System.Text;
using Apache.Arrow;
using Workflow.Data.Registry;
using Workflow.Testing.Trainers;
using Workflow.Training.Trainers;

namespace Workflow.PublicApi.Tests;

public sealed class ConstantTrainerTests
{
    private static ConstantOptions Options => new() { Features = KnownFunction.Features, Label = KnownFunction.Label };

    [Fact]
    public async Task An_engine_of_ones_own_trains_scores_and_saves()
    {
        using var train = KnownFunction.Draw(1000, seed: 1);
        Trainer trainer = new ConstantTrainer(Options);
        using var model = await trainer.FitAsync(train, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(KnownFunction.Features, model.Signature.Inputs.FieldsList.Select(f => f.Name));

        var constant = double.Parse(model.Facts["constant"], CultureInfo.InvariantCulture);
        Assert.InRange(constant, 0.01, 0.99);

        // The only way in which a model crosses packages.
        ScoreBatch score = model.ScoreAsync;
        await foreach (var batch in train.ReadAsync(cancellationToken: TestContext.Current.CancellationToken))
        {
            using (batch)
            {
                using var scores = await score(batch, TestContext.Current.CancellationToken);
                Assert.Equal(batch.Length, scores.Length);
                Assert.All(((DoubleArray)scores.Column(0)).Values.ToArray(), s => Assert.Equal(constant, s));
            }
        }

        using var saved = new MemoryStream();
        await model.SaveAsync(saved, TestContext.Current.CancellationToken);
        Assert.Equal(model.Facts["constant"], Encoding.UTF8.GetString(saved.ToArray()));
        await Assert.ThrowsAsync<NotSupportedException>(() => model.ExportOnnxAsync(saved, cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_base_lists_every_fault_of_the_settings_before_the_engine_is_asked()
    {
        using var train = KnownFunction.Draw(10, seed: 1);
        var options = Options;
        options.Shift = double.NaN;
        options.Label = KnownFunction.Features[0];
        options.Seed = -1;
        var error = await Assert.ThrowsAsync<ArgumentException>(() => new ConstantTrainer(options).FitAsync(train, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Contains("3 fault(s)", error.Message, StringComparison.Ordinal);
        Assert.Contains("Shift is NaN", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trainer_keeps_its_own_copy_of_the_settings()
    {
        using var train = KnownFunction.Draw(100, seed: 1);
        var options = Options;
        var trainer = new ConstantTrainer(options);
        options.Shift = 1000;
        using var model = await trainer.FitAsync(train, cancellationToken: TestContext.Current.CancellationToken);
        Assert.InRange(double.Parse(model.Facts["constant"], CultureInfo.InvariantCulture), 0, 1);
    }

    [Fact]
    public async Task A_cancelled_training_throws()
    {
        using var train = KnownFunction.Draw(100, seed: 1);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new ConstantTrainer(Options).FitAsync(train, cancellationToken: cancelled.Token));
    }
}
