using System.Buffers.Binary;
using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Npgsql;
using Workflow.Data.Metadata;

namespace Workflow.Data.PostgreSql;

/// <summary>The metadata database in one schema of a PostgreSQL database. Safe for concurrent use by threads, processes and machines.</summary>
/// <remarks>
/// <para>Writers of one schema take turns: each holds an advisory lock until its transaction ends, so that no write ever fails because of
/// another, and the server frees the turn of a client that died. Readers see one snapshot and wait for nobody.</para>
/// <para>A transaction that has completed survives a crash of the server: <c>synchronous_commit</c> is raised where the server has it off.</para>
/// <para>Text is compared and ordered by its bytes, as SQLite does, whatever the collation of the database. Everything is set within each
/// transaction, so that a pooler between client and server (PgBouncer in transaction mode) does no harm.</para>
/// </remarks>
public sealed partial class PostgreSqlMetadataDatabase : MetadataDatabase
{
    private readonly NpgsqlDataSource _source;
    private readonly bool _isOwner;
    private readonly string _schema;
    private readonly string _beginWrite;
    private readonly string _beginRead;
    private readonly SemaphoreSlim _preparing = new(1, 1);
    private volatile bool _isPrepared;

    /// <summary>Uses a schema. Asks the server nothing yet.</summary>
    /// <param name="options">Read before the call returns; not kept.</param>
    /// <param name="source">Gives the connections, and is not disposed; null makes one from <see cref="PostgreSqlOptions.ConnectionString"/>.</param>
    /// <param name="timeProvider">The clock; the system's when null. Machines that share leases need clocks that agree to well under a lease's duration.</param>
    /// <exception cref="ArgumentException">Options are out of range, or there is neither a source nor a connection string.</exception>
    public PostgreSqlMetadataDatabase(PostgreSqlOptions options, NpgsqlDataSource? source = null, TimeProvider? timeProvider = null)
        : base(timeProvider ?? TimeProvider.System)
    {
        ArgumentNullException.ThrowIfNull(options);
        var problems = PostgreSqlOptionsValidator.Problems(options).Select(p => $"{p.Property}: {p.Problem}").ToList();
        if (source is null && options.ConnectionString is null)
        {
            problems.Add($"{nameof(options.ConnectionString)}: It is missing, and no data source was given.");
        }

        if (problems.Count > 0)
        {
            throw new ArgumentException(string.Join(" ", problems), nameof(options));
        }

        _isOwner = source is null;
        _source = source ?? Build(options.ConnectionString!);
        _schema = options.Schema;
        var named = new NpgsqlConnectionStringBuilder(_source.ConnectionString);
        Place = string.Create(CultureInfo.InvariantCulture, $"postgresql://{named.Host}:{named.Port}/{named.Database}/{_schema}");

        // One round trip: whose turn it is must be settled before the first snapshot is taken, which READ COMMITTED does for each statement.
        _beginWrite = string.Create(
            CultureInfo.InvariantCulture,
            $"""
            SET LOCAL search_path = "{_schema}";
            SET LOCAL lock_timeout = {(long)options.WriteTimeout.TotalMilliseconds};
            SET LOCAL idle_in_transaction_session_timeout = {(long)options.IdleTimeout.TotalMilliseconds};
            SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off';
            SELECT pg_advisory_xact_lock({TurnOf(_schema)});
            """);
        _beginRead = string.Create(
            CultureInfo.InvariantCulture,
            $"""
            SET TRANSACTION READ ONLY;
            SET LOCAL search_path = "{_schema}";
            SET LOCAL idle_in_transaction_session_timeout = {(long)options.IdleTimeout.TotalMilliseconds};
            """);
    }

    /// <inheritdoc/>
    public override string Place { get; }

    /// <inheritdoc/>
    protected override string Translate(string script) => TextType().Replace(BlobType().Replace(script, "BYTEA"), "TEXT COLLATE \"C\"");

    /// <inheritdoc/>
    protected override async Task<MetadataSession> BeginAsync(bool isWrite, CancellationToken cancellationToken)
    {
        if (!_isPrepared)
        {
            await PrepareAsync(cancellationToken).ConfigureAwait(false);
        }

        var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        NpgsqlTransaction? transaction = null;
        try
        {
            transaction = await connection.BeginTransactionAsync(isWrite ? IsolationLevel.ReadCommitted : IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
            await ExecuteAsync(connection, isWrite ? _beginWrite : _beginRead, cancellationToken).ConfigureAwait(false);
            return new MetadataSession(connection, transaction);
        }
        catch
        {
            if (transaction is not null)
            {
                await transaction.DisposeAsync().ConfigureAwait(false);
            }

            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    protected override bool IsRetryable(DbException exception) =>
        exception.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected;

    /// <inheritdoc/>
    protected override MetadataException? Explain(DbException exception)
    {
        return exception.SqlState switch
        {
            PostgresErrorCodes.LockNotAvailable => Say("another process has been writing for as long as this one may wait. Try again, or look for a session that is idle in a transaction (pg_stat_activity).", isTransient: true),
            PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => Say("the server refuses the role or its password. Check the connection string."),
            PostgresErrorCodes.InvalidCatalogName => Say("there is no such database. Create it, or correct the connection string."),
            PostgresErrorCodes.InsufficientPrivilege => Say($"the role lacks a privilege ({exception.Message}). It needs USAGE and CREATE on the schema '{_schema}', and CREATE on the database where the schema is missing."),
            PostgresErrorCodes.ReadOnlySqlTransaction => Say("the server takes no writes: it is a standby, or a function that only reads tried to write.", isTransient: true),
            PostgresErrorCodes.TooManyConnections => Say("the server has no connection left. Lower 'Maximum Pool Size', or put a pooler in front of it.", isTransient: true),
            "25P03" => Say("the transaction lay idle for too long, and the server ended it. Nothing was written.", isTransient: true),
            PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow => Say("the server is shutting down or starting. Whether a write that was under way took effect is unknown: read, and decide again.", isTransient: true),
            null when exception is NpgsqlException => Say("the server cannot be reached, or the connection broke. Whether a write that was under way took effect is unknown: read, and decide again.", isTransient: true),
            _ => null,
        };

        MetadataException Say(string problem, bool isTransient = false) => new(Place, problem, isTransient, exception);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (_isOwner)
        {
            _source.Dispose();
        }

        _preparing.Dispose();
        base.Dispose(disposing);
    }

    private static NpgsqlDataSource Build(string connectionString)
    {
        var builder = new NpgsqlSlimDataSourceBuilder(connectionString);
        builder.EnableTransportSecurity();
        builder.EnableIntegratedSecurity();
        return builder.Build();
    }

    // Advisory locks know numbers only; ours must not meet those of other programs in the same database.
    private static long TurnOf(string schema) => BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes("Workflow.Data.PostgreSql/" + schema)));

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await _preparing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_isPrepared)
            {
                return;
            }

            var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
                await using (transaction.ConfigureAwait(false))
                {
                    // IF NOT EXISTS alone would ask for the right to create schemas even where there is nothing to create, and two at once would
                    // collide. Another lock than that of writers: this does not wait for them.
                    await ExecuteAsync(
                        connection,
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"""
                            SELECT pg_advisory_xact_lock({TurnOf(_schema + "/create")});
                            DO $do$ BEGIN
                                IF NOT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = '{_schema}') THEN CREATE SCHEMA "{_schema}"; END IF;
                            END $do$;
                            """),
                        cancellationToken).ConfigureAwait(false);
                    await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
                }
            }

            _isPrepared = true;
        }
        finally
        {
            _preparing.Release();
        }
    }

    [SuppressMessage("Security", "CA2100:Review SQL queries for security vulnerabilities", Justification = "Only numbers and the schema, whose name was checked.")]
    private static async Task ExecuteAsync(NpgsqlConnection connection, string statements, CancellationToken cancellationToken)
    {
        var command = connection.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
            command.CommandText = statements;
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    [GeneratedRegex(@"\bBLOB\b", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex BlobType();

    [GeneratedRegex(@"\bTEXT\b", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex TextType();
}
