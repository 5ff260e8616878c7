using Microsoft.Extensions.Time.Testing;
using Workflow.Data.Metadata;
using Workflow.Training.Experiments;

namespace Workflow.Training.Tests.Experiments;

public sealed class ExperimentStoreTests : IDisposable
{
    private static readonly RunDraft Draft = new()
    {
        Experiment = "delay",
        Name = "first",
        Id = "run-1",
        Parameters = new Dictionary<string, string>(StringComparer.Ordinal) { ["leaves"] = "31", ["rate"] = "0.1" },
    };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("experiments");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly SqliteMetadataDatabase _database;
    private readonly ExperimentStore _store;

    public ExperimentStoreTests()
    {
        _database = new SqliteMetadataDatabase(Path.Combine(_folder.FullName, "metadata.db"), _time);
        _store = new ExperimentStore(_database);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Keeps_what_was_logged()
    {
        var id = await _store.StartRunAsync(Draft with { Environment = ExperimentEnvironment.Capture() }, Token);
        await _store.LogMetricsAsync(id, [new("auc", 0.7, 1), new("auc", 0.75, 2), new("loss", double.NaN), new("loss", double.NegativeInfinity), new("auc", 0.71, 1)], Token);
        _time.Advance(TimeSpan.FromSeconds(9));
        await _store.FinishAsync(id, ExperimentStatus.Finished, Token);

        var run = await new ExperimentStore(_database).GetAsync(id, Token);
        Assert.NotNull(run);
        Assert.Equal(("run-1", "delay", "first", ExperimentStatus.Finished), (run.Id, run.Experiment, run.Name, run.Status));
        Assert.Equal(TimeSpan.FromSeconds(9), run.FinishedAt - run.StartedAt);
        Assert.Equal(Draft.Parameters, run.Parameters);
        Assert.Contains("dotnet.version", run.Environment);
        Assert.Equal([new("auc", 0.7, 1), new("auc", 0.71, 1), new("auc", 0.75, 2), new("loss", double.NaN), new("loss", double.NegativeInfinity)], run.Metrics);
    }

    [Fact]
    public async Task A_run_with_its_own_id_starts_again_without_its_old_metrics()
    {
        await _store.StartRunAsync(Draft, Token);
        await _store.LogMetricsAsync("run-1", [new("auc", 0.7)], Token);
        await _store.FinishAsync("run-1", ExperimentStatus.Failed, Token);
        Assert.Equal("run-1", await _store.StartRunAsync(Draft, Token));
        var run = await _store.GetAsync("run-1", Token);
        Assert.Equal((ExperimentStatus.Running, null, true), (run!.Status, run.FinishedAt, run.Metrics.IsEmpty));
        var error = await Assert.ThrowsAsync<ArgumentException>(() => _store.StartRunAsync(Draft with { Name = "second" }, Token));
        Assert.Contains("belongs to run 'first'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_what_comes_after_the_end()
    {
        await _store.StartRunAsync(Draft, Token);
        await _store.FinishAsync("run-1", ExperimentStatus.Killed, Token);
        await _store.FinishAsync("run-1", ExperimentStatus.Killed, Token); // Again the same: nothing happens.
        await Assert.ThrowsAsync<InvalidOperationException>(() => _store.FinishAsync("run-1", ExperimentStatus.Finished, Token));
        await Assert.ThrowsAsync<InvalidOperationException>(() => _store.LogMetricsAsync("run-1", [new("auc", 1)], Token));
        await Assert.ThrowsAsync<ArgumentException>(() => _store.FinishAsync("run-1", ExperimentStatus.Running, Token));
        var missing = await Assert.ThrowsAsync<RunNotFoundException>(() => _store.FinishAsync("run-2", ExperimentStatus.Finished, Token));
        Assert.Equal("run-2", missing.RunId);
        Assert.Null(await _store.GetAsync("run-2", Token));
    }

    [Theory]
    [InlineData("", "name", null)]
    [InlineData("experiment", " ", null)]
    [InlineData("experiment", "name", "../x")]
    [InlineData("experiment", "name", "")]
    public async Task Refuses_bad_names(string experiment, string name, string? id) =>
        await Assert.ThrowsAsync<ArgumentException>(() => _store.StartRunAsync(new RunDraft { Experiment = experiment, Name = name, Id = id }, Token));

    [Fact]
    public async Task A_batch_with_a_bad_metric_logs_nothing()
    {
        await _store.StartRunAsync(Draft, Token);
        await Assert.ThrowsAsync<ArgumentException>(() => _store.LogMetricsAsync("run-1", [new("auc", 1), new("", 1)], Token));
        Assert.Empty((await _store.GetAsync("run-1", Token))!.Metrics);
    }

    [Fact]
    public async Task Lists_the_newest_first()
    {
        for (var i = 0; i < 3; i++)
        {
            await _store.StartRunAsync(Draft with { Id = null, Name = $"run {i}" }, Token);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        await _store.StartRunAsync(Draft with { Experiment = "other" }, Token);
        Assert.Equal(["run 2", "run 1"], (await _store.ListAsync("delay", limit: 2, Token)).Select(r => r.Name));
        Assert.Empty(await _store.ListAsync("nobody's", cancellationToken: Token));
    }

    [Fact]
    public async Task Many_writers_lose_nothing()
    {
        await _store.StartRunAsync(Draft, Token);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(w => Task.Run(
            async () =>
            {
                for (var i = 0; i < 10; i++)
                {
                    await _store.LogMetricsAsync("run-1", [new("auc", w, i)], Token);
                }
            },
            Token)));
        Assert.Equal(80, (await _store.GetAsync("run-1", Token))!.Metrics.Length);
    }

    [Fact]
    public void Finds_the_commit_of_this_repository()
    {
        var root = Workflow.Repository.SharedFolder.RepositoryRoot;
        Assert.SkipUnless(Path.Exists(Path.Combine(root, ".git")), "this is no git working tree");
        Assert.Matches("^[0-9a-f]{40}$", ExperimentEnvironment.Capture(root)["git.commit"]);
    }

    public void Dispose()
    {
        _database.Dispose();
        _folder.Delete(recursive: true);
    }
}
