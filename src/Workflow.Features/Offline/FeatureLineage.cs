using System.Collections.Immutable;
using Workflow.Data.Lineage;
using Workflow.Data.Tables;
using Workflow.Features.Joins;

namespace Workflow.Features.Offline;

/// <summary>Records what training sets and backfills came of: label rows, sources and definitions, each by its digest. Safe for concurrent use.</summary>
/// <remarks>
/// Equal inputs and definitions give equal digests, so recording again changes nothing, and anyone can compute the set again and compare.
/// The edges end in the same data sets that a training run reads: from a model one reaches the definitions and the raw tables.
/// </remarks>
public sealed class FeatureLineage
{
    /// <summary>The relation of label rows and sources to what was computed from them.</summary>
    public const string JoinedInto = "joined-into";

    /// <summary>The relation of a definition of features to what was computed by it.</summary>
    public const string ComputedInto = "computed-into";

    private readonly LineageStore _store;
    private readonly TimeProvider _clock;

    /// <summary>Records into a store.</summary>
    /// <param name="store">Borrowed.</param>
    /// <param name="clock">Says when; the system's when null.</param>
    public FeatureLineage(LineageStore store, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        (_store, _clock) = (store, clock ?? TimeProvider.System);
    }

    /// <summary>Records a training set. Reads it, the labels and the sources once each.</summary>
    /// <param name="set">What was computed; no column of it may be a list.</param>
    /// <param name="labels">What it was computed for.</param>
    /// <param name="sources">What it was computed from, by the name of the source.</param>
    /// <param name="cancellationToken">A cancelled call links nothing.</param>
    /// <returns>The set as a version of data, for the run that trains on it.</returns>
    /// <exception cref="ArgumentException">A source that the service needs is not given.</exception>
    /// <exception cref="SchemaMismatchException">A column has no digest, because it is nested; all are listed.</exception>
    public async Task<DatasetVersion> RecordAsync(TrainingSet set, LabelTable labels, IReadOnlyDictionary<string, TableSource> sources, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(sources);
        PointInTimeJoin.RequireSources(set.Service, sources);
        var version = await DatasetVersion.OfAsync(set.Service.Name, set.Table, cancellationToken).ConfigureAwait(false);
        List<DatasetVersion> inputs = [await DatasetVersion.OfAsync($"{set.Service.Name} labels", labels.Rows, cancellationToken).ConfigureAwait(false)];
        foreach (var source in set.Service.Views.Select(static v => v.View.Source).Distinct(StringComparer.Ordinal))
        {
            inputs.Add(await DatasetVersion.OfAsync(source, sources[source], cancellationToken).ConfigureAwait(false));
        }

        foreach (var described in inputs.Append(version))
        {
            await _store.DescribeAsync(described, cancellationToken).ConfigureAwait(false);
        }

        // What was joined for itself, such as an empty set of labels without features, leads nowhere.
        var now = _clock.GetUtcNow();
        ImmutableArray<LineageEdge> edges =
        [
            .. inputs.Select(static i => i.Node).Distinct().Where(n => n != version.Node).Select(n => new LineageEdge(n, version.Node, JoinedInto, now)),
            .. set.Service.Views.Select(static v => v.View.Digest).Distinct().Select(d => new LineageEdge(new LineageNode(LineageKinds.FeatureView, d.ToString()), version.Node, ComputedInto, now)),
        ];
        await _store.LinkAsync(edges, cancellationToken).ConfigureAwait(false);
        return version;
    }
}
