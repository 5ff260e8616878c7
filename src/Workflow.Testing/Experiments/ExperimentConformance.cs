using Workflow.Data.Metadata;
using Workflow.Testing.Metadata;
using Workflow.Training.Experiments;
using Xunit;

namespace Workflow.Testing.Experiments;

/// <summary>What the store of training runs has to do on every <see cref="MetadataDatabase"/>. Derive a public test class from it.</summary>
public abstract class ExperimentConformance
{
    private static readonly RunDraft Draft = new()
    {
        Experiment = "delay",
        Name = "first",
        Id = "run-1",
        Parameters = new Dictionary<string, string>(StringComparer.Ordinal) { ["leaves"] = "31", ["rate"] = "0.1" },
    };

    private readonly SettableClock _clock = new();

    /// <summary>Opens the database under test once more, as another process would. It is empty at the start of a test.</summary>
    /// <param name="timeProvider">The clock of the new object.</param>
    protected abstract MetadataDatabase Open(TimeProvider timeProvider);

    /// <summary>What was logged comes back, in order, with values that are no numbers.</summary>
    [Fact]
    public async Task Keeps_what_was_logged()
    {
        using var database = Open(_clock);
        var store = new ExperimentStore(database);
        var id = await store.StartRunAsync(Draft with { Environment = ExperimentEnvironment.Capture() });
        await store.LogMetricsAsync(id, [new("auc", 0.7, 1), new("auc", 0.75, 2), new("loss", double.NaN), new("loss", double.NegativeInfinity), new("auc", 0.71, 1)]);
        _clock.Advance(TimeSpan.FromSeconds(9));
        await store.FinishAsync(id, ExperimentStatus.Finished);

        var run = await new ExperimentStore(database).GetAsync(id);
        Assert.NotNull(run);
        Assert.Equal(("run-1", "delay", "first", ExperimentStatus.Finished), (run.Id, run.Experiment, run.Name, run.Status));
        Assert.Equal(TimeSpan.FromSeconds(9), run.FinishedAt - run.StartedAt);
        Assert.Equal(Draft.Parameters, run.Parameters);
        Assert.Contains("dotnet.version", run.Environment);
        Assert.Equal([new("auc", 0.7, 1), new("auc", 0.71, 1), new("auc", 0.75, 2), new("loss", double.NaN), new("loss", double.NegativeInfinity)], run.Metrics);
    }

    /// <summary>A run with its own id may be started again.</summary>
    [Fact]
    public async Task A_run_with_its_own_id_starts_again_without_its_old_metrics()
    {
        using var database = Open(_clock);
        var store = new ExperimentStore(database);
        await store.StartRunAsync(Draft);
        await store.LogMetricsAsync("run-1", [new("auc", 0.7)]);
        await store.FinishAsync("run-1", ExperimentStatus.Failed);
        Assert.Equal("run-1", await store.StartRunAsync(Draft));
        var run = await store.GetAsync("run-1");
        Assert.Equal((ExperimentStatus.Running, null, true), (run!.Status, run.FinishedAt, run.Metrics.IsEmpty));
        var error = await Assert.ThrowsAsync<ArgumentException>(() => store.StartRunAsync(Draft with { Name = "second" }));
        Assert.Contains("belongs to run 'first'", error.Message, StringComparison.Ordinal);
    }

    /// <summary>A run that has ended takes nothing more.</summary>
    [Fact]
    public async Task Refuses_what_comes_after_the_end()
    {
        using var database = Open(_clock);
        var store = new ExperimentStore(database);
        await store.StartRunAsync(Draft);
        await store.FinishAsync("run-1", ExperimentStatus.Killed);
        await store.FinishAsync("run-1", ExperimentStatus.Killed); // Again the same: nothing happens.
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.FinishAsync("run-1", ExperimentStatus.Finished));
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.LogMetricsAsync("run-1", [new("auc", 1)]));
        await Assert.ThrowsAsync<ArgumentException>(() => store.FinishAsync("run-1", ExperimentStatus.Running));
        var missing = await Assert.ThrowsAsync<RunNotFoundException>(() => store.FinishAsync("run-2", ExperimentStatus.Finished));
        Assert.Equal("run-2", missing.RunId);
        Assert.Null(await store.GetAsync("run-2"));
    }

    /// <summary>Metrics are logged all or none.</summary>
    [Fact]
    public async Task A_batch_with_a_bad_metric_logs_nothing()
    {
        using var database = Open(_clock);
        var store = new ExperimentStore(database);
        await store.StartRunAsync(Draft);
        await Assert.ThrowsAsync<ArgumentException>(() => store.LogMetricsAsync("run-1", [new("auc", 1), new("", 1)]));
        Assert.Empty((await store.GetAsync("run-1"))!.Metrics);
    }

    /// <summary>The newest runs of one experiment come first.</summary>
    [Fact]
    public async Task Lists_the_newest_first()
    {
        using var database = Open(_clock);
        var store = new ExperimentStore(database);
        for (var i = 0; i < 3; i++)
        {
            await store.StartRunAsync(Draft with { Id = null, Name = $"run {i}" });
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        await store.StartRunAsync(Draft with { Experiment = "other" });
        Assert.Equal(["run 2", "run 1"], (await store.ListAsync("delay", limit: 2)).Select(r => r.Name));
        Assert.Empty(await store.ListAsync("nobody's"));
    }

    /// <summary>Writers at once lose nothing.</summary>
    [Fact]
    public async Task Many_writers_lose_nothing()
    {
        using var database = Open(_clock);
        using var other = Open(_clock);
        await new ExperimentStore(database).StartRunAsync(Draft);
        await Parallel.ForAsync(0, 8, async (w, token) =>
        {
            var store = new ExperimentStore(w % 2 == 0 ? database : other);
            for (var i = 0; i < 10; i++)
            {
                await store.LogMetricsAsync("run-1", [new("auc", w, i)], token);
            }
        });
        Assert.Equal(80, (await new ExperimentStore(other).GetAsync("run-1"))!.Metrics.Length);
    }
}
