using System.Collections.Immutable;

namespace Workflow.Features.Online.Stores;

/// <summary>Where the newest row of each key of each table is kept for serving.</summary>
/// <remarks>
/// <para>
/// Of two rows of a key the one with the later event time stays; of equal event times the one with the later availability, which is a
/// correction; everything else is skipped and counted. Each row is compared and set atomically, whoever else writes; rows of one call
/// are taken in their order, and a call that fails may have written some of them: writing again does no harm.
/// </para>
/// <para>Values come back exactly as they were written: NaN is not null, integers keep all bits. Safe for concurrent use.</para>
/// <para>A store that cannot be reached throws <see cref="OnlineStoreException"/> with <see cref="OnlineStoreFault.Unreachable"/>.</para>
/// </remarks>
public interface IOnlineStore : IAsyncDisposable
{
    /// <summary>Gives what is known of a table; null where nothing was ever saved.</summary>
    /// <param name="table">The table.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    ValueTask<OnlineTableState?> FindAsync(OnlineTable table, CancellationToken cancellationToken = default);

    /// <summary>Keeps what is known of a table, durably where the rows are durable. Another digest or schema than before makes the rows there unreadable until they are written anew.</summary>
    /// <param name="table">The table.</param>
    /// <param name="state">Replaces the state that was there.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="OnlineStoreException">The store cannot keep such a table beside the others; says why.</exception>
    ValueTask SaveAsync(OnlineTable table, OnlineTableState state, CancellationToken cancellationToken = default);

    /// <summary>Writes rows of a table whose state was saved.</summary>
    /// <param name="rows">Borrowed until the call is over.</param>
    /// <param name="cancellationToken">Ends the call; some rows may be written.</param>
    /// <exception cref="OnlineStoreException">The table has no state, or that of another definition or of other column types: nothing is written.</exception>
    ValueTask<OnlineWriteResult> WriteAsync(OnlineRows rows, CancellationToken cancellationToken = default);

    /// <summary>Reads entities.</summary>
    /// <param name="query">Borrowed until the call is over.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>One set a table of the plan, in its order. The caller disposes each.</returns>
    /// <remarks>Rows of another definition give <see cref="Views.FeatureStatus.OtherDefinition"/>, stored values of another type <see cref="Views.FeatureStatus.Invalid"/>.</remarks>
    ValueTask<ImmutableArray<OnlineRowSet>> ReadAsync(OnlineQuery query, CancellationToken cancellationToken = default);
}
