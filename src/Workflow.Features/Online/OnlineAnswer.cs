using System.Collections.Immutable;
using Apache.Arrow;
using Workflow.Features.Joins;
using Workflow.Features.Views;

namespace Workflow.Features.Online;

/// <summary>The features of some requests, and where each value comes from. Owns its memory until it is disposed.</summary>
/// <remarks>Safe for concurrent reading. The digests of the definitions are in the schema's metadata, see <see cref="FeatureMetadata"/>.</remarks>
public sealed class OnlineAnswer : IDisposable
{
    private readonly ImmutableArray<string> _names;
    private readonly bool[] _isKnown;
    private readonly int[][] _newest;

    /// <summary>Puts an answer together.</summary>
    /// <param name="names">The features in order.</param>
    /// <param name="batch">The values; owned from now on.</param>
    /// <param name="isKnown">For each feature and row, feature by feature, whether the row names an entity and a moment.</param>
    /// <param name="newest">For each feature the newest rows found, negative as the join has it; empty for what is not a newest row.</param>
    internal OnlineAnswer(ImmutableArray<string> names, RecordBatch batch, bool[] isKnown, int[][] newest) => (_names, Batch, _isKnown, _newest) = (names, batch, isKnown, newest);

    /// <summary>Gets the values: one row a request in the same order, one column a feature in the order of the service.</summary>
    /// <remarks>A column of the newest row has the type of its source's column; before any event of that source has come, it is a column of nulls.</remarks>
    public RecordBatch Batch { get; }

    /// <summary>Says of each row where a feature's value comes from.</summary>
    /// <param name="column">The output column: <c>view.feature</c>, or an on-demand feature.</param>
    /// <returns>
    /// Of a column of the newest row, what the offline join says, but for <see cref="FeatureStatus.NullValue"/> where a row counts whose value
    /// is null. An aggregate is <see cref="FeatureStatus.NotFound"/> where the request has a null key or time; a window without events is
    /// present or has a null value, and so has an on-demand feature.
    /// </returns>
    /// <exception cref="ArgumentException">The service has no such feature.</exception>
    public ImmutableArray<FeatureStatus> Statuses(string column)
    {
        ArgumentNullException.ThrowIfNull(column);
        var index = _names.IndexOf(column);
        if (index < 0)
        {
            throw new ArgumentException($"Expected one of the features {string.Join(", ", _names)}, got '{column}'.", nameof(column));
        }

        var statuses = ImmutableArray.CreateBuilder<FeatureStatus>(Batch.Length);
        for (var row = 0; row < Batch.Length; row++)
        {
            var status = _newest[index].Length > 0 ? StatusOf(_newest[index][row]) : _isKnown[(index * Batch.Length) + row] ? FeatureStatus.Present : FeatureStatus.NotFound;
            statuses.Add(status == FeatureStatus.Present && Batch.Column(index).IsNull(row) ? FeatureStatus.NullValue : status);
        }

        return statuses.MoveToImmutable();
    }

    /// <inheritdoc/>
    public void Dispose() => Batch.Dispose();

    internal static FeatureStatus StatusOf(int newest) => newest switch
    {
        LatestJoin.NotFound => FeatureStatus.NotFound,
        LatestJoin.TooOld => FeatureStatus.OutsideMaxAge,
        _ => FeatureStatus.Present,
    };
}
