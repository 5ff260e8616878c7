using System.Collections.Concurrent;
using System.Data.Common;

namespace Workflow.Data.Metadata;

/// <summary>The database of everything that is not bulk data: registry, lineage, runs, journals. Hides only the dialect.</summary>
/// <remarks>
/// <para>Every statement is written once, in the SQL that SQLite and PostgreSQL share (<c>ON CONFLICT</c>, <c>RETURNING</c>). Columns are
/// BIGINT, DOUBLE PRECISION, TEXT or BLOB, times are BIGINT microseconds in UTC, and a package touches only tables with its own prefix.</para>
/// <para>Write transactions behave as if they ran one after the other; a read transaction sees one state. What is written is durable when
/// the task completes. Safe for concurrent use by threads and processes.</para>
/// <para>A driver is a derived class that passes <c>Workflow.Testing.Metadata.MetadataConformance</c>.</para>
/// </remarks>
public abstract class MetadataDatabase : IDisposable
{
    private const int MaxAttempts = 10;
    private static readonly AsyncLocal<RunningWrite?> CurrentWrite = new();
    private readonly ConcurrentDictionary<MetadataMigrations, bool> _migrated = new(ReferenceEqualityComparer.Instance);

    /// <summary>Initialises the base.</summary>
    /// <param name="timeProvider">The clock of <see cref="MetadataTransaction.Now"/> and of leases.</param>
    protected MetadataDatabase(TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        TimeProvider = timeProvider;
    }

    /// <summary>Gets where the database is, without secrets: the path of a file, or a server and a database.</summary>
    public abstract string Place { get; }

    /// <summary>Gets the clock.</summary>
    protected TimeProvider TimeProvider { get; }

    /// <summary>Reads several statements' worth from one state of the database.</summary>
    /// <param name="work">Only reads. May be called again when the database asks for it.</param>
    /// <param name="cancellationToken">Passed on.</param>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <exception cref="MetadataException">The database cannot be used.</exception>
    public Task<T> ReadAsync<T>(Func<MetadataTransaction, CancellationToken, Task<T>> work, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        return AttemptAsync(work, isWrite: false, cancellationToken);
    }

    /// <summary>Writes in one transaction: everything, or, when <paramref name="work"/> throws, nothing.</summary>
    /// <param name="work">Reads and writes. May be called again when the database asks for it, so it changes nothing but the database.</param>
    /// <param name="cancellationToken">Passed on; when it is cancelled before the end, nothing is written.</param>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <exception cref="InvalidOperationException">Called inside the work of another write, for which it would wait forever.</exception>
    /// <exception cref="MetadataException">The database cannot be used.</exception>
    public async Task<T> WriteAsync<T>(Func<MetadataTransaction, CancellationToken, Task<T>> work, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (CurrentWrite.Value is { IsRunning: true } outer && outer.Database == this)
        {
            throw new InvalidOperationException("A write inside the work of another write would wait for itself: pass the transaction on instead.");
        }

        using var activity = DataTelemetry.StartWrite();
        var running = new RunningWrite(this);
        CurrentWrite.Value = running;
        try
        {
            return await AttemptAsync(work, isWrite: true, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            running.IsRunning = false;
        }
    }

    /// <summary>Brings a package's tables up to date. Call it before the first statement; calling it again costs nothing.</summary>
    /// <param name="migrations">The package's scripts, one object per process.</param>
    /// <param name="cancellationToken">When it is cancelled, nothing has changed.</param>
    /// <exception cref="MetadataException">The database was written by a newer version of the package, or a script that has run was edited.</exception>
    public async Task MigrateAsync(MetadataMigrations migrations, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(migrations);
        if (_migrated.ContainsKey(migrations))
        {
            return;
        }

        await MigrationJournal.ApplyAsync(this, migrations, cancellationToken).ConfigureAwait(false);
        _migrated[migrations] = true;
    }

    /// <summary>Takes a lease if it is free.</summary>
    /// <param name="name">What is leased, for example <c>rollout/delay</c>.</param>
    /// <param name="duration">How long it is held without being renewed; more than zero.</param>
    /// <param name="cancellationToken">A cancelled call acquires nothing.</param>
    /// <returns>The lease, which the caller disposes to release it; or null while another holder has it.</returns>
    public async Task<Lease?> AcquireLeaseAsync(string name, TimeSpan duration, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        await MigrateAsync(DataMigrations.All, cancellationToken).ConfigureAwait(false);
        return await WriteAsync(
            async (transaction, token) =>
            {
                var until = transaction.Now + duration;
                var taken = await transaction.QueryAsync(
                    $"""
                    INSERT INTO data_leases (name, token, expires_at) VALUES ({name}, 1, {until})
                    ON CONFLICT (name) DO UPDATE SET token = data_leases.token + 1, expires_at = excluded.expires_at
                    WHERE data_leases.expires_at <= {transaction.Now}
                    RETURNING token
                    """,
                    static row => row.GetInt64(0),
                    token).ConfigureAwait(false);
                return taken.IsEmpty ? null : new Lease(this, name, taken[0], MetadataTime.Truncate(until));
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Translates a migration script, in which binary columns are called BLOB, into the dialect.</summary>
    /// <param name="script">A script of a package.</param>
    internal protected virtual string Translate(string script) => script;

    /// <summary>Opens a connection and begins a transaction on it.</summary>
    /// <param name="isWrite">Whether it will write. Writes must behave as if they ran one after the other.</param>
    /// <param name="cancellationToken">Observed while waiting for other writers.</param>
    /// <returns>The session, which the base disposes.</returns>
    protected abstract Task<MetadataSession> BeginAsync(bool isWrite, CancellationToken cancellationToken);

    /// <summary>Tells whether a transaction that failed so may simply be tried again: a serialisation failure or a deadlock.</summary>
    /// <param name="exception">What the driver threw.</param>
    protected virtual bool IsRetryable(DbException exception) => false;

    /// <summary>Explains what the driver threw, if there is more to say than it says.</summary>
    /// <param name="exception">What the driver threw.</param>
    /// <returns>The exception to throw instead, or null to let it pass.</returns>
    protected virtual MetadataException? Explain(DbException exception) => null;

    /// <summary>Closes what the database holds open.</summary>
    /// <param name="disposing">True, unless a finaliser calls.</param>
    protected virtual void Dispose(bool disposing)
    {
    }

    private async Task<T> AttemptAsync<T>(Func<MetadataTransaction, CancellationToken, Task<T>> work, bool isWrite, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var session = await BeginAsync(isWrite, cancellationToken).ConfigureAwait(false);
                await using (session.ConfigureAwait(false))
                {
                    var transaction = new MetadataTransaction(session.Transaction, MetadataTime.Truncate(TimeProvider.GetUtcNow()));
                    var result = await work(transaction, cancellationToken).ConfigureAwait(false);
                    cancellationToken.ThrowIfCancellationRequested();

                    // From here on it is too late to cancel: nobody could tell whether the commit took effect.
                    await session.Transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
                    return result;
                }
            }
            catch (DbException e) when (attempt < MaxAttempts && IsRetryable(e))
            {
                // The state has changed beneath the transaction: read it again.
            }
            catch (DbException e)
            {
                if (Explain(e) is not { } explanation)
                {
                    throw;
                }

                throw explanation;
            }
        }
    }

    private sealed class RunningWrite(MetadataDatabase database)
    {
        public MetadataDatabase Database { get; } = database;

        public bool IsRunning { get; set; } = true;
    }
}
