using System.Collections.Immutable;
using Apache.Arrow;
using Workflow.Data.Storage;
using Workflow.Features.Views;

namespace Workflow.Features.Online.Stores;

/// <summary>The features of some entities at one moment, and where each value comes from. Owns its memory until it is disposed.</summary>
/// <remarks>Safe for concurrent reading.</remarks>
public sealed class OnlineAnswer : IDisposable
{
    private readonly FeatureStatus[] _statuses;
    private readonly long[] _times;

    internal OnlineAnswer(FeatureService service, RecordBatch keys, RecordBatch values, (FeatureStatus[] Statuses, long[] Times) cells)
    {
        (Service, Keys, Values) = (service, keys, values);
        (_statuses, _times) = cells;
    }

    /// <summary>Gets the service whose features these are.</summary>
    public FeatureService Service { get; }

    /// <summary>Gets the digest of the service's definition.</summary>
    public ContentDigest ServiceDigest => Service.Digest;

    /// <summary>Gets the query time.</summary>
    public DateTimeOffset At { get; internal init; }

    /// <summary>Gets the columns of the requests, in which the entities' keys are: one row an entity.</summary>
    public RecordBatch Keys { get; }

    /// <summary>Gets the features in the service's order, one row an entity; the digests of the definitions are in the metadata, see <see cref="Joins.FeatureMetadata"/>.</summary>
    public RecordBatch Values { get; }

    /// <summary>Gets the names of the columns of <see cref="Values"/>.</summary>
    public ImmutableArray<string> FeatureNames => Service.FeatureNames;

    /// <summary>Gets whether the store answered everything in time.</summary>
    public bool IsComplete => !_statuses.AsSpan().Contains(FeatureStatus.NotAnswered);

    /// <summary>Says where a value comes from.</summary>
    /// <param name="row">The entity.</param>
    /// <param name="column">The column of <see cref="Values"/>.</param>
    public FeatureStatus Status(int row, int column) => _statuses[Cell(row, column)];

    /// <summary>Gives the event time of the row that a value is of; null where there is none, and for on-demand features.</summary>
    /// <param name="row">The entity.</param>
    /// <param name="column">The column of <see cref="Values"/>.</param>
    public DateTimeOffset? EventTime(int row, int column) =>
        _times[Cell(row, column)] is not long.MinValue and var time ? new DateTimeOffset(FeatureTime.ToDateTime(time)) : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        Keys.Dispose();
        Values.Dispose();
    }

    private int Cell(int row, int column)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Values.Length);
        ArgumentOutOfRangeException.ThrowIfNegative(column);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(column, Values.ColumnCount);
        return (row * Values.ColumnCount) + column;
    }
}
