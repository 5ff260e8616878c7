using Workflow.Data.Metadata;
using Workflow.Inference.Rollouts;
using Workflow.Numerics.Random;

namespace Workflow.Inference.Tests.Rollouts;

public sealed class JournaledRolloutTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2001, 4, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly CanaryOptions Options = new() { MinStepDuration = TimeSpan.FromMinutes(10), Deadline = TimeSpan.FromDays(1000) };
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "workflow-rollouts-" + Guid.NewGuid().ToString("n"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_restart_after_every_batch_decides_the_same_bits_as_no_restart()
    {
        var uninterrupted = new CanaryRollout("delay/7", Start, Options);
        var batches = Batches(better: 0.05).Take(60).ToArray();
        foreach (var batch in batches)
        {
            uninterrupted.Observe(batch);
            using var database = Open();
            using var resumed = await JournaledRollout.OpenAsync(database, "delay/7", Options, batch == batches[0] ? Start : Start.AddDays(99), Token);
            var status = await resumed.ObserveAsync(batch, Token);
            Assert.Equal(RolloutJson.Write(uninterrupted.Status), RolloutJson.Write(status));
        }

        Assert.Equal(RolloutPhase.Promoted, uninterrupted.Status.Phase);
        using var last = Open();
        using var audited = await JournaledRollout.OpenAsync(last, "delay/7", Options, Start, Token);
        Assert.Equal(uninterrupted.Timeline.Select(RolloutJson.Write), audited.Timeline.Select(RolloutJson.Write));
    }

    [Fact]
    public async Task A_decision_that_somebody_changed_is_found()
    {
        using (var database = Open())
        {
            using var rollout = await JournaledRollout.OpenAsync(database, "r", Options, Start, Token);
            await rollout.ReportFaultAsync(new RolloutFault { At = Start, Detail = "infinite score" }, Token);
            await database.WriteAsync(
                (transaction, token) => transaction.ExecuteAsync($"UPDATE inference_rollout_decisions SET status = replace(status, 'RolledBack', 'Promoted')", token), Token);
        }

        using var again = Open();
        var fault = await Assert.ThrowsAsync<InvalidDataException>(() => JournaledRollout.OpenAsync(again, "r", Options, Start, Token));
        Assert.Contains("Decision 1", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_entry_is_found()
    {
        using (var database = Open())
        {
            using var rollout = await JournaledRollout.OpenAsync(database, "r", Options, Start, Token);
            await rollout.ObserveAsync(Batches(0).First(), Token);
            var content = new byte[35];
            await database.WriteAsync((transaction, token) => transaction.ExecuteAsync($"UPDATE inference_rollout_entries SET content = {content}", token), Token);
        }

        using var again = Open();
        await Assert.ThrowsAsync<InvalidDataException>(() => JournaledRollout.OpenAsync(again, "r", Options, Start, Token));
    }

    [Fact]
    public async Task Other_settings_need_another_rollout()
    {
        using var database = Open();
        using var rollout = await JournaledRollout.OpenAsync(database, "r", Options, Start, Token);
        await Assert.ThrowsAsync<InvalidOperationException>(() => JournaledRollout.OpenAsync(database, "r", new CanaryOptions { FaultLimit = 9 }, Start, Token));
    }

    [Fact]
    public async Task Of_two_processes_one_is_refused()
    {
        using var database = Open();
        using var first = await JournaledRollout.OpenAsync(database, "r", Options, Start, Token);
        using var second = await JournaledRollout.OpenAsync(database, "r", Options, Start, Token);
        await first.AdvanceToAsync(Start.AddMinutes(1), Token);
        await Assert.ThrowsAsync<InvalidOperationException>(() => second.AdvanceToAsync(Start.AddMinutes(2), Token));
        Assert.Equal(Start, second.Status.At);
    }

    private static IEnumerable<RolloutObservation[]> Batches(double better)
    {
        var random = new Philox(3, "journal", 0);
        for (var batch = 0; ; batch++)
        {
            var rows = new RolloutObservation[50];
            for (var i = 0; i < rows.Length; i++)
            {
                var champion = 0.2 + (0.6 * random.NextDouble());
                rows[i] = CanaryRolloutTests.Pair((batch * 50) + i, champion, champion - (better * random.NextDouble()));
            }

            yield return rows;
        }
    }

    private SqliteMetadataDatabase Open() => new(Path.Combine(_folder, "metadata.db"), TimeProvider.System);
}
