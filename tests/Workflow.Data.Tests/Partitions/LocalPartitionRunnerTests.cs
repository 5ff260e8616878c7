using Workflow.Data.Partitions;
using Workflow.Testing.Partitions;

namespace Workflow.Data.Tests.Partitions;

public sealed class LocalPartitionRunnerTests : PartitionRunnerConformance
{
    protected override IPartitionRunner Runner { get; } = new LocalPartitionRunner(4);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task No_more_partitions_run_at_once_than_allowed(int maxParallelism)
    {
        var running = 0;
        var most = 0;
        await new LocalPartitionRunner(maxParallelism).RunAsync(60, async (_, token) =>
        {
            var now = Interlocked.Increment(ref running);
            InterlockedMax(ref most, now);
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, token);
            Interlocked.Decrement(ref running);
        });
        Assert.Equal(maxParallelism, most);
    }

    [Fact]
    public async Task The_message_counts_and_numbers_the_failures()
    {
        var exception = await Assert.ThrowsAsync<AggregateException>(() => Runner.RunAsync(10, (partition, _) =>
            partition is 3 or 7 ? throw new InvalidOperationException("on purpose") : Task.CompletedTask));
        Assert.StartsWith("2 of 10 partitions failed: 3, 7.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_runner_of_none_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => new LocalPartitionRunner(0));

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while (value > (seen = Volatile.Read(ref target)) && Interlocked.CompareExchange(ref target, value, seen) != seen)
        {
        }
    }
}
