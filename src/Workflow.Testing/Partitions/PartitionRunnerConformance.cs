using System.Collections.Concurrent;
using Workflow.Data.Partitions;
using Xunit;

namespace Workflow.Testing.Partitions;

/// <summary>What every <see cref="IPartitionRunner"/> has to do. Derive a public test class from it.</summary>
public abstract class PartitionRunnerConformance
{
    /// <summary>Gives the runner under test.</summary>
    protected abstract IPartitionRunner Runner { get; }

    /// <summary>Every partition runs.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    public async Task Every_partition_runs(int partitions)
    {
        var seen = new ConcurrentDictionary<int, int>();
        await Runner.RunAsync(partitions, async (partition, token) =>
        {
            await Task.Yield();
            token.ThrowIfCancellationRequested();
            seen.AddOrUpdate(partition, 1, (_, count) => count + 1);
        });
        Assert.Equal(Enumerable.Range(0, partitions), seen.Keys.Order());
    }

    /// <summary>A failure stops nobody else, and none is lost.</summary>
    [Fact]
    public async Task All_failures_come_back_together_after_all_partitions_ran()
    {
        var succeeded = new ConcurrentBag<int>();
        var exception = await Assert.ThrowsAsync<AggregateException>(() => Runner.RunAsync(30, async (partition, _) =>
        {
            await Task.Yield();
            if (partition % 10 == 3)
            {
                throw new InvalidOperationException($"partition {partition}");
            }

            succeeded.Add(partition);
        }));
        Assert.Equal(["partition 13", "partition 23", "partition 3"], exception.InnerExceptions.Select(e => e.Message).Order(StringComparer.Ordinal));
        Assert.Equal(27, succeeded.Distinct().Count());
    }

    /// <summary>A partition that gives up by itself has failed; nobody asked for that.</summary>
    [Fact]
    public async Task A_partition_that_cancels_itself_is_a_failure()
    {
        var exception = await Assert.ThrowsAsync<AggregateException>(() => Runner.RunAsync(3, (partition, _) =>
            partition == 1 ? throw new OperationCanceledException("by itself") : Task.CompletedTask));
        Assert.IsType<OperationCanceledException>(Assert.Single(exception.InnerExceptions));
    }

    /// <summary>Cancelling ends the running partitions through their token and starts no new ones.</summary>
    [Fact]
    public async Task Cancelling_reaches_the_running_and_starts_no_more()
    {
        using var source = new CancellationTokenSource();
        var started = new ConcurrentBag<int>();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Runner.RunAsync(
            100_000,
            async (partition, token) =>
            {
                started.Add(partition);
                await source.CancelAsync();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            },
            source.Token));
        Assert.InRange(started.Count, 1, 10_000);
    }

    /// <summary>What was cancelled before it began does not begin.</summary>
    [Fact]
    public async Task A_cancelled_call_runs_nothing()
    {
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        var ran = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Runner.RunAsync(5, (_, _) => Task.FromResult(Interlocked.Increment(ref ran)), source.Token));
        Assert.Equal(0, ran);
    }

    /// <summary>Misuse is named.</summary>
    [Fact]
    public async Task A_negative_number_of_partitions_is_refused()
    {
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Runner.RunAsync(-1, (_, _) => Task.CompletedTask));
        await Assert.ThrowsAsync<ArgumentNullException>(() => Runner.RunAsync(1, null!));
    }
}
