using Workflow.Data.Metadata;
using Xunit;

namespace Workflow.Testing.Metadata;

/// <summary>What the leases of every <see cref="MetadataDatabase"/> have to do. Derive a public test class from it.</summary>
public abstract class LeaseConformance
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly SettableClock _clock = new();

    /// <summary>Opens the database under test once more, as another process would. It is empty at the start of a test.</summary>
    /// <param name="timeProvider">The clock of the new object.</param>
    protected abstract MetadataDatabase Open(TimeProvider timeProvider);

    /// <summary>A lease has one holder.</summary>
    [Fact]
    public async Task A_lease_has_one_holder_until_it_is_released()
    {
        using var first = Open(_clock);
        using var second = Open(_clock);
        var lease = await first.AcquireLeaseAsync("a", Minute);
        Assert.NotNull(lease);
        Assert.Equal(("a", 1), (lease.Name, lease.Token));
        Assert.Equal(_clock.GetUtcNow() + Minute, lease.ExpiresAt);
        Assert.Null(await second.AcquireLeaseAsync("a", Minute));
        Assert.NotNull(await second.AcquireLeaseAsync("b", Minute));

        await lease.DisposeAsync();
        Assert.Equal(2, (await second.AcquireLeaseAsync("a", Minute))?.Token);
    }

    /// <summary>Of many who ask at once, one gets it.</summary>
    [Fact]
    public async Task Of_many_at_once_one_gets_it()
    {
        using var first = Open(_clock);
        using var second = Open(_clock);
        var leases = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? first : second).AcquireLeaseAsync("a", Minute)));
        Assert.Single(leases, lease => lease is not null);
    }

    /// <summary>A holder that went silent is replaced, and can write no more.</summary>
    [Fact]
    public async Task A_holder_that_slept_too_long_is_fenced_off()
    {
        using var database = Open(_clock);
        var old = (await database.AcquireLeaseAsync("a", Minute))!;
        _clock.Advance(Minute - TimeSpan.FromMilliseconds(1));
        Assert.Null(await database.AcquireLeaseAsync("a", Minute));
        await WriteUnderAsync(database, old);

        _clock.Advance(TimeSpan.FromMilliseconds(1));
        var lost = await Assert.ThrowsAsync<LeaseLostException>(() => WriteUnderAsync(database, old));
        Assert.Equal(("a", 1), (lost.Name, lost.Token));

        var next = (await database.AcquireLeaseAsync("a", Minute))!;
        Assert.Equal(2, next.Token);
        await Assert.ThrowsAsync<LeaseLostException>(() => WriteUnderAsync(database, old));
        await Assert.ThrowsAsync<LeaseLostException>(() => old.RenewAsync(Minute));
        await WriteUnderAsync(database, next);
    }

    /// <summary>What a fenced writer wrote in the same transaction is gone with it.</summary>
    [Fact]
    public async Task Nothing_that_a_fenced_writer_wrote_stays()
    {
        using var database = Open(_clock);
        var old = (await database.AcquireLeaseAsync("a", Minute))!;
        _clock.Advance(Minute);
        await Assert.ThrowsAsync<LeaseLostException>(() => database.WriteAsync(async (transaction, token) =>
        {
            await transaction.ExecuteAsync($"INSERT INTO data_leases (name, token, expires_at) VALUES ('written', 1, 0)", token);
            await transaction.RequireCurrentAsync(old, token);
            return true;
        }));
        Assert.Equal(1, (await database.AcquireLeaseAsync("written", Minute))?.Token);
    }

    /// <summary>Renewing keeps it; releasing what one no longer holds takes it from nobody.</summary>
    [Fact]
    public async Task Renewing_keeps_a_lease_and_a_late_release_harms_nobody()
    {
        using var database = Open(_clock);
        var lease = (await database.AcquireLeaseAsync("a", Minute))!;
        for (var i = 0; i < 3; i++)
        {
            _clock.Advance(Minute / 2);
            await lease.RenewAsync(Minute);
            Assert.Equal(_clock.GetUtcNow() + Minute, lease.ExpiresAt);
            Assert.Null(await database.AcquireLeaseAsync("a", Minute));
        }

        _clock.Advance(Minute);
        var next = (await database.AcquireLeaseAsync("a", Minute))!;
        await lease.DisposeAsync();
        await WriteUnderAsync(database, next);
        Assert.Null(await database.AcquireLeaseAsync("a", Minute));
    }

    private static Task<bool> WriteUnderAsync(MetadataDatabase database, Lease lease) => database.WriteAsync(async (transaction, token) =>
    {
        await transaction.RequireCurrentAsync(lease, token);
        return true;
    });
}
