using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using Workflow.Data.Storage;

namespace Workflow.Data.Metadata;

/// <summary>The metadata database in one local SQLite file. Safe for concurrent use by threads and processes of one machine.</summary>
/// <remarks>
/// Write-ahead log with <c>synchronous=FULL</c>: a transaction that has completed survives a power cut. Readers never wait for writers.
/// Writers of this process queue, and wait at most half a minute for another process. SQLite works on the calling thread.
/// The file must not lie on a network file system.
/// </remarks>
public sealed class SqliteMetadataDatabase : MetadataDatabase
{
    private const string OnOpen = "PRAGMA busy_timeout = 30000; PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF;";

    // "WFLW": tells our files from those of other programs.
    private const long ApplicationId = 0x57464C57;
    private const long SmallestDatabase = 512;
    private const int Busy = 5;
    private const int Corrupt = 11;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;
    private readonly string _connectionString;
    private readonly SemaphoreSlim _writer = new(1, 1);
    private volatile bool _isPrepared;

    /// <summary>Uses a file. Touches nothing yet.</summary>
    /// <param name="path">The file; it and its folder are created by the first transaction.</param>
    /// <param name="timeProvider">The clock; the system's when null.</param>
    public SqliteMetadataDatabase(string path, TimeProvider? timeProvider = null)
        : base(timeProvider ?? TimeProvider.System)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Place = Path.GetFullPath(path);
        _connectionString = new SqliteConnectionStringBuilder { DataSource = Place, Mode = SqliteOpenMode.ReadWriteCreate }.ToString();
    }

    /// <inheritdoc/>
    public override string Place { get; }

    /// <inheritdoc/>
    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The session disposes connection, transaction and turn.")]
    protected override async Task<MetadataSession> BeginAsync(bool isWrite, CancellationToken cancellationToken)
    {
        if (!_isPrepared)
        {
            await PrepareAsync(cancellationToken).ConfigureAwait(false);
        }

        Turn? turn = null;
        if (isWrite)
        {
            await _writer.WaitAsync(cancellationToken).ConfigureAwait(false);
            turn = new Turn(_writer);
        }

        SqliteConnection? connection = null;
        try
        {
            connection = await OpenAsync(cancellationToken).ConfigureAwait(false);

            // A deferred transaction would fail, rather than wait, when it turns from reading to writing.
            return new MetadataSession(connection, connection.BeginTransaction(deferred: !isWrite), turn);
        }
        catch
        {
            connection?.Dispose();
            turn?.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    protected override MetadataException? Explain(DbException exception) => exception is not SqliteException e ? null : e.SqliteErrorCode switch
    {
        NotADatabase => NoDatabase(e),
        Corrupt => new MetadataException(Place, "the file is damaged. Restore it from a backup, or see what 'sqlite3 FILE .recover' saves.", innerException: e),
        CannotOpen => new MetadataException(Place, "the file cannot be opened or created. Check the path and its permissions.", innerException: e),
        Busy => new MetadataException(Place, "another process has been writing for half a minute. Try again, or look for a process that hangs.", isTransient: true, innerException: e),
        _ => null,
    };

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        using var connection = new SqliteConnection(_connectionString);
        SqliteConnection.ClearPool(connection);
        _writer.Dispose();
        base.Dispose(disposing);
    }

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await _writer.WaitAsync(cancellationToken).ConfigureAwait(false);
        using var turn = new Turn(_writer);
        if (_isPrepared)
        {
            return;
        }

        DurableFolder.Create(Path.GetDirectoryName(Place)!);
        RequireLength();
        var connection = await OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            await RequireOwnAsync(connection, cancellationToken).ConfigureAwait(false);
            var mode = await ScalarAsync(connection, "PRAGMA journal_mode = WAL", cancellationToken).ConfigureAwait(false);
            if (mode is not "wal")
            {
                throw new MetadataException(Place, $"the file system does not support the write-ahead log (journal mode is '{mode}'). Use a local disk.");
            }
        }

        PosixFiles.SynchronizeFolder(Path.GetDirectoryName(Place)!);
        _isPrepared = true;
    }

    private void RequireLength()
    {
        // SQLite takes a file of a few bytes for an empty database and overwrites it. Only the length is asked for: opening and closing
        // the file by other means than SQLite's would drop the locks that this process holds on it.
        if (new FileInfo(Place) is { Exists: true, Length: > 0 and < SmallestDatabase })
        {
            throw NoDatabase(innerException: null);
        }
    }

    private MetadataException NoDatabase(Exception? innerException) =>
        new(Place, "the file is not a SQLite database. Move it away, or name another root.", innerException: innerException);

    private async Task RequireOwnAsync(SqliteConnection connection, CancellationToken cancellationToken)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        var application = await ScalarAsync(connection, "PRAGMA application_id", cancellationToken).ConfigureAwait(false);
        if (application is not ApplicationId)
        {
            var tables = await ScalarAsync(connection, "SELECT count(*) FROM sqlite_schema", cancellationToken).ConfigureAwait(false);
            if (application is not 0L || tables is not 0L)
            {
                throw new MetadataException(Place, $"it is a SQLite database of another program (application id {application}, {tables} tables and indexes). Name another root.");
            }

            await ScalarAsync(connection, $"PRAGMA application_id = {ApplicationId}", cancellationToken).ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<SqliteConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            await ScalarAsync(connection, OnOpen, cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    [SuppressMessage("Security", "CA2100:Review SQL queries for security vulnerabilities", Justification = "Only constants of this class.")]
    private static async Task<object?> ScalarAsync(SqliteConnection connection, string statement, CancellationToken cancellationToken)
    {
        var command = connection.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
            command.CommandText = statement;
            return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private sealed class Turn(SemaphoreSlim writer) : IDisposable
    {
        public void Dispose() => writer.Release();
    }
}
