namespace Workflow.Data.Metadata;

/// <summary>The right to do something alone for a while. Safe for concurrent use.</summary>
/// <remarks>
/// A lease ends by itself, so a dead holder blocks nobody for long; and a holder that merely slept too long is kept from writing by
/// <see cref="MetadataTransaction.RequireCurrentAsync"/>, which compares the <see cref="Token"/>. Disposing releases it.
/// </remarks>
public sealed class Lease : IAsyncDisposable
{
    private readonly MetadataDatabase _database;
    private long _expiresAt;

    internal Lease(MetadataDatabase database, string name, long token, DateTimeOffset expiresAt)
    {
        _database = database;
        (Name, Token) = (name, token);
        _expiresAt = MetadataTime.ToMicroseconds(expiresAt);
    }

    /// <summary>Gets what is leased.</summary>
    public string Name { get; }

    /// <summary>Gets the fencing token: larger than that of every earlier holder.</summary>
    public long Token { get; }

    /// <summary>Gets when the lease ends unless it is renewed.</summary>
    public DateTimeOffset ExpiresAt => MetadataTime.FromMicroseconds(Interlocked.Read(ref _expiresAt));

    /// <summary>Holds the lease for longer.</summary>
    /// <param name="duration">How long from now; more than zero.</param>
    /// <param name="cancellationToken">A cancelled call renews nothing.</param>
    /// <exception cref="LeaseLostException">It has expired or somebody else has it.</exception>
    public async Task RenewAsync(TimeSpan duration, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        var expiresAt = await _database.WriteAsync(
            async (transaction, token) =>
            {
                await transaction.RequireCurrentAsync(this, token).ConfigureAwait(false);
                var until = transaction.Now + duration;
                await transaction.ExecuteAsync($"UPDATE data_leases SET expires_at = {until} WHERE name = {Name}", token).ConfigureAwait(false);
                return MetadataTime.ToMicroseconds(until);
            },
            cancellationToken).ConfigureAwait(false);
        Interlocked.Exchange(ref _expiresAt, expiresAt);
    }

    /// <summary>Releases the lease, if it is still held.</summary>
    public async ValueTask DisposeAsync() =>
        await _database.WriteAsync(
            async (transaction, token) =>
                await transaction.ExecuteAsync($"UPDATE data_leases SET expires_at = 0 WHERE name = {Name} AND token = {Token}", token).ConfigureAwait(false),
            CancellationToken.None).ConfigureAwait(false);
}
