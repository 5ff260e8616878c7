using Workflow.Data.Tables;
using Workflow.Features.Joins;
using Workflow.Features.Offline;
using Workflow.Features.Views;
using Workflow.Numerics.Random;

namespace Workflow.Features.Consistency;

/// <summary>Changes everything that could not be known at a moment and looks whether a feature of an earlier row changes.</summary>
/// <remarks>
/// For each moment two futures are tried: one in which no later event has a key, so that none happened, and one in which their
/// inputs are altered. A feature that differs has used the future. Safe for concurrent use.
/// </remarks>
public sealed class LeakProbe
{
    private const int MaxListed = 100;
    private readonly PointInTimeJoin _join;

    /// <summary>Prepares a probe.</summary>
    /// <param name="join">Computes the features; also under probe.</param>
    public LeakProbe(PointInTimeJoin join)
    {
        ArgumentNullException.ThrowIfNull(join);
        _join = join;
    }

    /// <summary>Probes a service.</summary>
    /// <param name="service">Its features are compared.</param>
    /// <param name="labels">The rows; those up to a moment are compared.</param>
    /// <param name="options">The events, and when they can honestly be known.</param>
    /// <param name="cancellationToken">Observed between batches and keys.</param>
    /// <exception cref="ArgumentException">A source is missing.</exception>
    /// <exception cref="SchemaMismatchException">A table does not have the columns that the definitions need.</exception>
    public async Task<LeakReport> RunAsync(FeatureService service, LabelTable labels, LeakProbeOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(service);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Moments, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Moments, 1000, nameof(options));

        // Only the time and the features are compared.
        labels = labels with { Keep = [labels.TimeColumn] };
        using var truth = await _join.RunAsync(service, labels, options.Sources, cancellationToken).ConfigureAwait(false);
        var moments = await DrawMomentsAsync(truth, labels, options, cancellationToken).ConfigureAwait(false);
        var tally = new LeakTally(service, MaxListed);
        foreach (var moment in moments)
        {
            foreach (var alters in new[] { false, true })
            {
                var changed = new Dictionary<string, ChangedFuture>(StringComparer.Ordinal);
                foreach (var views in service.Views.GroupBy(static v => v.View.Source))
                {
                    var source = options.Sources[views.Key];
                    changed[views.Key] = new ChangedFuture(source, [.. views.Select(static v => v.View)], options.Honest.GetValueOrDefault(views.Key))
                    {
                        Moment = moment,
                        Alters = alters,
                        Seed = options.Seed,
                    };
                }

                using var other = await _join.RunAsync(service, labels, changed.ToDictionary(static c => c.Key, static c => (TableSource)c.Value, StringComparer.Ordinal), cancellationToken).ConfigureAwait(false);
                await tally.CompareAsync(truth, other, (labels.TimeColumn, moment), cancellationToken).ConfigureAwait(false);
                tally.EventsChanged += changed.Values.Sum(static c => c.EventsChanged);
            }
        }

        return tally.Report(moments.Count);
    }

    private static async Task<List<long>> DrawMomentsAsync(TrainingSet truth, LabelTable labels, LeakProbeOptions options, CancellationToken cancellationToken)
    {
        var times = new List<long>();
        var reader = new ColumnReader(labels.Rows.Describe());
        await foreach (var batch in truth.Table.ReadAsync([labels.TimeColumn], cancellationToken).ConfigureAwait(false))
        {
            using (batch)
            {
                reader.Next(batch);
                times.AddRange(reader.Times(batch, labels.TimeColumn).Take(batch.Length).Where(static t => t != FeatureTime.Never));
            }
        }

        var random = new Philox(options.Seed, "leak probe");
        return times.Count == 0 ? [] : [.. Enumerable.Range(0, options.Moments).Select(_ => times[random.NextInt32(times.Count)]).Distinct()];
    }
}
