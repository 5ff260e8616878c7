using System.Collections.Immutable;
using Apache.Arrow;
using Workflow.Data.Storage;
using Workflow.Features.Joins;
using Workflow.Features.Views;

namespace Workflow.Features.Online;

/// <summary>The features of some requests, and where each value comes from. Owns its memory until it is disposed.</summary>
/// <remarks>Safe for concurrent reading.</remarks>
public sealed class OnlineAnswer : IDisposable
{
    private readonly Cells _cells;

    /// <summary>Puts an answer together.</summary>
    /// <param name="service">Answered.</param>
    /// <param name="requests">A reference of its own; owned from now on.</param>
    /// <param name="values">The features in the service's order; owned from now on.</param>
    /// <param name="cells">Where each value comes from.</param>
    internal OnlineAnswer(FeatureService service, RecordBatch requests, RecordBatch values, Cells cells) => (Service, Requests, Values, _cells) = (service, requests, values, cells);

    /// <summary>Gets the service whose features these are.</summary>
    public FeatureService Service { get; }

    /// <summary>Gets the digest of the service's definition.</summary>
    public ContentDigest ServiceDigest => Service.Digest;

    /// <summary>Gets what was asked, one row an entity.</summary>
    public RecordBatch Requests { get; }

    /// <summary>Gets the features in the service's order: one row a request in the same order. The digests of the definitions are in the metadata, see <see cref="FeatureMetadata"/>.</summary>
    /// <remarks>A column of the newest row has the type of its source's column; before any event of that source has come, it is a column of nulls.</remarks>
    public RecordBatch Values { get; }

    /// <summary>Gets the names of the columns of <see cref="Values"/>.</summary>
    public ImmutableArray<string> FeatureNames => Service.FeatureNames;

    /// <summary>Gets whether everything was answered in time.</summary>
    public bool IsComplete => !_cells.Statuses.AsSpan().Contains(FeatureStatus.NotAnswered);

    /// <summary>Gives the moment that a request asked for; null where it named none.</summary>
    /// <param name="row">The request.</param>
    public DateTimeOffset? At(int row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Values.Length);
        return _cells.At[row] is not FeatureTime.Never and var time ? new DateTimeOffset(FeatureTime.ToDateTime(time)) : null;
    }

    /// <summary>Says where a value comes from.</summary>
    /// <param name="row">The request.</param>
    /// <param name="column">The column of <see cref="Values"/>.</param>
    /// <returns>
    /// Of a column of the newest row, what the offline join says, but for <see cref="FeatureStatus.NullValue"/> where a row counts whose value
    /// is null. An aggregate is <see cref="FeatureStatus.NotFound"/> where the request has a null key or time; a window without events is
    /// present or has a null value, and so has an on-demand feature.
    /// </returns>
    public FeatureStatus Status(int row, int column) => _cells.Statuses[Cell(row, column)];

    /// <summary>Says of each row where a feature's value comes from.</summary>
    /// <param name="column">The output column: <c>view.feature</c>, or an on-demand feature.</param>
    /// <returns>One status a row, as <see cref="Status"/> has it.</returns>
    /// <exception cref="ArgumentException">The service has no such feature.</exception>
    public ImmutableArray<FeatureStatus> Statuses(string column)
    {
        ArgumentNullException.ThrowIfNull(column);
        var index = FeatureNames.IndexOf(column);
        return index >= 0
            ? [.. Enumerable.Range(0, Values.Length).Select(row => Status(row, index))]
            : throw new ArgumentException($"Expected one of the features {string.Join(", ", FeatureNames)}, got '{column}'.", nameof(column));
    }

    /// <summary>Gives the event time of the stored row that a value is of; null where there is none, for on-demand features, and where values are computed from events.</summary>
    /// <param name="row">The request.</param>
    /// <param name="column">The column of <see cref="Values"/>.</param>
    public DateTimeOffset? EventTime(int row, int column) =>
        Cell(row, column) is var cell && _cells.EventTimes.Length > 0 && _cells.EventTimes[cell] is not long.MinValue and var time ? new DateTimeOffset(FeatureTime.ToDateTime(time)) : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        Requests.Dispose();
        Values.Dispose();
    }

    internal static FeatureStatus StatusOf(int newest) => newest switch
    {
        LatestJoin.NotFound => FeatureStatus.NotFound,
        LatestJoin.TooOld => FeatureStatus.OutsideMaxAge,
        _ => FeatureStatus.Present,
    };

    /// <summary>Gives another reference to the requests.</summary>
    internal static RecordBatch Share(RecordBatch requests) => requests.ColumnCount == 0 ? new RecordBatch(requests.Schema, [], requests.Length) : requests.SliceShared(0, requests.Length);

    private int Cell(int row, int column)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Values.Length);
        ArgumentOutOfRangeException.ThrowIfNegative(column);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(column, Values.ColumnCount);
        return (row * Values.ColumnCount) + column;
    }

    /// <summary>Where values come from, row by row.</summary>
    /// <param name="Statuses">One a value.</param>
    /// <param name="EventTimes">One a value, the smallest number for none; or empty.</param>
    /// <param name="At">The moment of each request.</param>
    internal readonly record struct Cells(FeatureStatus[] Statuses, long[] EventTimes, long[] At);
}
