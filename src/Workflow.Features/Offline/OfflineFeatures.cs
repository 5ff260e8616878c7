using Workflow.Data.Partitions;
using Workflow.Data.Tables;
using Workflow.Features.Catalog;
using Workflow.Features.Joins;

namespace Workflow.Features.Offline;

/// <summary>Training sets by the name of a service, from the sources that the host has bound.</summary>
/// <remarks>Safe for concurrent use.</remarks>
public sealed class OfflineFeatures
{
    private readonly FeatureCatalog _catalog;
    private readonly PointInTimeJoin _join;

    /// <summary>Serves the services of a catalogue.</summary>
    /// <param name="catalog">The definitions and the sources.</param>
    /// <param name="runner">Spreads the work; null for the calling thread alone.</param>
    public OfflineFeatures(FeatureCatalog catalog, IPartitionRunner? runner = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        (_catalog, _join) = (catalog, new PointInTimeJoin(runner));
    }

    /// <summary>Adds a service's features to label rows, each as it could be known at its row's time.</summary>
    /// <param name="service">The name of a service.</param>
    /// <param name="labels">The rows and their time column.</param>
    /// <param name="cancellationToken">Observed between batches and keys.</param>
    /// <returns>A training set that the caller disposes.</returns>
    /// <exception cref="ArgumentException">There is no such service, or a source of it is not bound.</exception>
    /// <exception cref="SchemaMismatchException">A table does not have the columns that the definitions need; every difference of that table is listed.</exception>
    public Task<TrainingSet> GetTrainingSetAsync(string service, LabelTable labels, CancellationToken cancellationToken = default) =>
        _join.RunAsync(_catalog.Service(service), labels, _catalog.Sources, cancellationToken);
}
