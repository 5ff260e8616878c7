using Workflow.Training.LightGbm.Native;

namespace Workflow.Training.LightGbm.Tests.Native;

public sealed class NativeThreadsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Equal_counts_run_side_by_side_and_another_waits_for_all_of_them()
    {
        var first = await NativeThreads.EnterAsync(11, Token);
        var second = await NativeThreads.EnterAsync(11, Token);
        var other = NativeThreads.EnterAsync(12, Token);
        var late = NativeThreads.EnterAsync(11, Token);
        Assert.Equal(11, NativeThreads.Use(static threads => threads));
        first.Dispose();
        first.Dispose(); // Twice is once.
        Assert.False(other.IsCompleted);
        Assert.False(late.IsCompleted); // Whoever asks later does not overtake.
        second.Dispose();
        using (await other)
        {
            Assert.Equal(12, NativeThreads.Use(static threads => threads));
            Assert.False(late.IsCompleted);
        }

        (await late).Dispose();
    }

    [Fact]
    public async Task A_cancelled_one_lets_the_next_pass()
    {
        using var running = await NativeThreads.EnterAsync(11, Token);
        using var source = new CancellationTokenSource();
        var cancelled = NativeThreads.EnterAsync(12, source.Token);
        var next = NativeThreads.EnterAsync(11, Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        (await next).Dispose();
    }
}
