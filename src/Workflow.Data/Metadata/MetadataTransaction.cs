using System.Collections.Immutable;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace Workflow.Data.Metadata;

/// <summary>A running transaction of the metadata database: all of its statements take effect, or none.</summary>
/// <remarks>Valid until the function that got it ends. Not thread-safe: await one statement before the next.</remarks>
public sealed class MetadataTransaction
{
    private readonly DbTransaction _transaction;

    internal MetadataTransaction(DbTransaction transaction, DateTimeOffset now) => (_transaction, Now) = (transaction, now);

    /// <summary>Gets the moment at which the transaction began, cut to whole microseconds.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>Runs a statement that changes rows.</summary>
    /// <param name="statement">For example <c>$"DELETE FROM training_runs WHERE id = {id}"</c>.</param>
    /// <param name="cancellationToken">Observed before the statement starts.</param>
    /// <returns>How many rows it changed.</returns>
    public async Task<int> ExecuteAsync(SqlText statement, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(statement);
        var command = Command(statement);
        await using (command.ConfigureAwait(false))
        {
            return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Runs a statement that answers rows: a query, or a change with RETURNING.</summary>
    /// <param name="statement">For example <c>$"SELECT name FROM data_models WHERE owner = {owner}"</c>.</param>
    /// <param name="map">Makes a value of a row.</param>
    /// <param name="cancellationToken">Observed between rows.</param>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <returns>Every row's value, in the order of the statement. All of them are held in memory: limit a query over a table that grows.</returns>
    public async Task<ImmutableArray<T>> QueryAsync<T>(SqlText statement, Func<MetadataRow, T> map, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(statement);
        ArgumentNullException.ThrowIfNull(map);
        var command = Command(statement);
        await using (command.ConfigureAwait(false))
        {
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                var values = ImmutableArray.CreateBuilder<T>();
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    values.Add(map(new MetadataRow(reader)));
                }

                return values.DrainToImmutable();
            }
        }
    }

    /// <summary>Runs a statement that answers at most one row.</summary>
    /// <param name="statement">For example <c>$"SELECT hash FROM data_audit_head"</c>.</param>
    /// <param name="map">Makes a value of the row.</param>
    /// <param name="cancellationToken">Observed before the statement starts.</param>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <returns>The row's value, or the type's default (null) where there is no row.</returns>
    /// <exception cref="InvalidOperationException">The statement answered several rows.</exception>
    public async Task<T?> QuerySingleAsync<T>(SqlText statement, Func<MetadataRow, T> map, CancellationToken cancellationToken = default)
    {
        var values = await QueryAsync(statement, map, cancellationToken).ConfigureAwait(false);
        return values.Length switch
        {
            0 => default,
            1 => values[0],
            _ => throw new InvalidOperationException($"Expected at most one row, got {values.Length}, from: {statement}"),
        };
    }

    /// <summary>Throws unless a lease is still held, so that a writer that has been replaced cannot write.</summary>
    /// <param name="lease">The lease under which this transaction writes.</param>
    /// <param name="cancellationToken">Observed before the check.</param>
    /// <exception cref="LeaseLostException">The lease has expired, or somebody else has taken it since. The transaction must not be completed.</exception>
    public async Task RequireCurrentAsync(Lease lease, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(lease);
        var expiry = await QueryAsync(
            $"SELECT expires_at FROM data_leases WHERE name = {lease.Name} AND token = {lease.Token}",
            static row => row.GetTime(0),
            cancellationToken).ConfigureAwait(false);
        if (expiry.IsEmpty || expiry[0] <= Now)
        {
            throw new LeaseLostException(lease.Name, lease.Token);
        }
    }

    [SuppressMessage("Security", "CA2100:Review SQL queries for security vulnerabilities", Justification = "Migration scripts are resources of a package's own assembly.")]
    internal async Task RunScriptAsync(string script, CancellationToken cancellationToken)
    {
        var command = _transaction.Connection!.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
            command.Transaction = _transaction;
            command.CommandText = script;
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    [SuppressMessage("Security", "CA2100:Review SQL queries for security vulnerabilities", Justification = "SqlText turns every value into a parameter.")]
    private DbCommand Command(SqlText statement)
    {
        var connection = _transaction.Connection
            ?? throw new InvalidOperationException("The transaction has ended: use it only inside the function that it was passed to.");
        var command = connection.CreateCommand();
        command.Transaction = _transaction;
        command.CommandText = statement.ToString();
        for (var i = 0; i < statement.Values.Count; i++)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = $"@p{i}";
            parameter.Value = statement.Values[i];
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
