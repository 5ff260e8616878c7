using System.Collections.Immutable;
using Workflow.Data.Tables;
using Workflow.Features.Views;

namespace Workflow.Features.Offline;

/// <summary>Label rows with their features, in the order of the labels. Owns its memory until it is disposed.</summary>
/// <remarks>Safe for concurrent reading. The digests of the definitions are in the schema's metadata, see <see cref="Joins.FeatureMetadata"/>.</remarks>
public sealed class TrainingSet : IDisposable
{
    private readonly BatchTable _table;

    internal TrainingSet(FeatureService service, BatchTable table) => (Service, _table) = (service, table);

    /// <summary>Gets the service whose features these are.</summary>
    public FeatureService Service { get; }

    /// <summary>Gets the table: the kept label columns, then the features. Same rows in the same order as the labels.</summary>
    public TableSource Table => _table;

    /// <summary>Gets the names of the feature columns, in order.</summary>
    public ImmutableArray<string> FeatureNames => Service.FeatureNames;

    /// <inheritdoc/>
    public void Dispose() => _table.Dispose();
}
