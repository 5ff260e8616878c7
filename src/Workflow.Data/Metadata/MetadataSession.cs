using System.Data.Common;

namespace Workflow.Data.Metadata;

/// <summary>A transaction of a driver and what has to be given back after it. Disposing rolls back what was not committed.</summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class MetadataSession : IAsyncDisposable
{
    private readonly DbConnection _connection;
    private readonly IDisposable? _turn;

    /// <summary>Takes over a transaction.</summary>
    /// <param name="connection">The connection, disposed with the session.</param>
    /// <param name="transaction">The transaction that has begun on it, disposed with the session.</param>
    /// <param name="turn">Disposed last: the writer's turn, where the driver queues writers.</param>
    public MetadataSession(DbConnection connection, DbTransaction transaction, IDisposable? turn = null)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(transaction);
        (_connection, Transaction, _turn) = (connection, transaction, turn);
    }

    /// <summary>Gets the transaction.</summary>
    public DbTransaction Transaction { get; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await Transaction.DisposeAsync().ConfigureAwait(false);
            await _connection.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            _turn?.Dispose();
        }
    }
}
