using System.Collections.Immutable;
using Workflow.Data.Tables;
using Workflow.Features.Joins;
using Workflow.Features.Views;

namespace Workflow.Features.Offline;

/// <summary>Label rows with their features, in the order of the labels. Owns its memory, or its files, until it is disposed.</summary>
/// <remarks>Safe for concurrent reading. The digests of the definitions are in the schema's metadata, see <see cref="Joins.FeatureMetadata"/>.</remarks>
public sealed class TrainingSet : IDisposable
{
    private readonly IDisposable _owner;
    private readonly Dictionary<string, RowStatuses> _statuses;

    internal TrainingSet(FeatureService service, TableSource table, IDisposable owner, Dictionary<string, RowStatuses> statuses) =>
        (Service, Table, _owner, _statuses) = (service, table, owner, statuses);

    /// <summary>Gets the service whose features these are.</summary>
    public FeatureService Service { get; }

    /// <summary>Gets the table: the kept label columns, then the features. Same rows in the same order as the labels.</summary>
    public TableSource Table { get; }

    /// <summary>Gets the names of the feature columns, in order.</summary>
    public ImmutableArray<string> FeatureNames => Service.FeatureNames;

    /// <summary>Says of each row whether a column of the newest row has a value, and why not.</summary>
    /// <param name="column">The output column, <c>view.feature</c>, of a <see cref="LatestFeature"/>.</param>
    /// <exception cref="ArgumentException">The service has no such column of the newest row.</exception>
    public ImmutableArray<FeatureStatus> Statuses(string column)
    {
        ArgumentNullException.ThrowIfNull(column);
        return _statuses.TryGetValue(column, out var statuses)
            ? statuses.ToArray()
            : throw new ArgumentException($"Service '{Service.Name}' has no column of the newest row '{column}'; it has {(_statuses.Count == 0 ? "none" : string.Join(", ", _statuses.Keys.Select(static n => $"'{n}'")))}.", nameof(column));
    }

    /// <summary>Gives the table with its features packed into one column of float vectors, the matrix that ONNX Runtime and Torch take without a copy. Nulls become NaN.</summary>
    /// <param name="column">The packed column's name; the kept label columns come before it.</param>
    /// <returns>A table over this training set: read it before that is disposed.</returns>
    /// <exception cref="SchemaMismatchException">Features are no numbers, such as texts and lists; all are listed.</exception>
    public TableSource ToMatrix(string column) => new MatrixTable(Table, FeatureNames, column);

    /// <inheritdoc/>
    public void Dispose() => _owner.Dispose();

    internal IReadOnlyDictionary<string, RowStatuses> AllStatuses => _statuses;
}
