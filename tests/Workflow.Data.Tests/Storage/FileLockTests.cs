using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using Workflow.Data.Storage;

namespace Workflow.Data.Tests.Storage;

public sealed class FileLockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder["locks", "a.lock"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_held_lock_names_its_holder()
    {
        using var held = await FileLock.AcquireAsync(Path, TimeSpan.Zero);
        var exception = await Assert.ThrowsAsync<TimeoutException>(() => FileLock.AcquireAsync(Path, TimeSpan.Zero));
        Assert.Contains($"process {Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}", exception.Message, StringComparison.Ordinal);
        Assert.Contains(Path, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lock_that_is_given_back_can_be_taken_again()
    {
        var first = await FileLock.AcquireAsync(Path, TimeSpan.Zero);
        first.Dispose();
        first.Dispose();
        using var second = await FileLock.AcquireAsync(Path, TimeSpan.Zero);
        first.Dispose();
        await Assert.ThrowsAsync<TimeoutException>(() => FileLock.AcquireAsync(Path, TimeSpan.Zero));
    }

    [Fact]
    public async Task A_waiter_gets_it_when_the_holder_lets_go()
    {
        var held = await FileLock.AcquireAsync(Path, TimeSpan.Zero);
        var waiting = FileLock.AcquireAsync(Path, TimeSpan.FromSeconds(30));
        Assert.False(waiting.IsCompleted);
        held.Dispose();
        using var got = await waiting;
    }

    [Fact]
    public async Task The_wait_ends_at_the_timeout()
    {
        var clock = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromSeconds(10) };
        using var held = await FileLock.AcquireAsync(Path, TimeSpan.Zero);
        var waiting = FileLock.AcquireAsync(Path, TimeSpan.FromMinutes(1), clock);
        while (!waiting.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Contains("60 s", (await Assert.ThrowsAsync<TimeoutException>(() => waiting)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_one_at_a_time_is_inside()
    {
        var inside = 0;
        var entered = 0;
        await Parallel.ForAsync(0, 20, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (_, token) =>
        {
            using var held = await FileLock.AcquireAsync(Path, TimeSpan.FromMinutes(1), cancellationToken: token);
            Assert.Equal(1, Interlocked.Increment(ref inside));
            await Task.Yield();
            entered++;
            Interlocked.Decrement(ref inside);
        });
        Assert.Equal(20, entered);
    }

    [Fact]
    public async Task A_folder_in_place_of_the_lock_is_an_error_and_no_endless_wait()
    {
        Directory.CreateDirectory(Path);
        await Assert.ThrowsAnyAsync<Exception>(() => FileLock.AcquireAsync(Path, TimeSpan.FromMinutes(1)));
    }
}
