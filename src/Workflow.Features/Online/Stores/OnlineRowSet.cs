using System.Collections.Immutable;
using Apache.Arrow;
using Workflow.Features.Views;

namespace Workflow.Features.Online.Stores;

/// <summary>What a store answers for one table: one row an entity of the query, in its order. The caller disposes it.</summary>
public sealed class OnlineRowSet : IDisposable
{
    /// <summary>Gets one array a feature, in the order wanted, of exactly the wanted types; null wherever the status is not <see cref="FeatureStatus.Present"/>.</summary>
    public required ImmutableArray<IArrowArray> Values { get; init; }

    /// <summary>Gets the status of each value, row by row: that of feature f in row r is at <c>r * features + f</c>.</summary>
    public required ReadOnlyMemory<FeatureStatus> Statuses { get; init; }

    /// <summary>Gets each row's event time in microseconds since 1970 UTC; <see cref="long.MinValue"/> where there is no row.</summary>
    public required ReadOnlyMemory<long> EventMicroseconds { get; init; }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var array in Values)
        {
            array.Dispose();
        }
    }
}
