using System.Collections.Immutable;
using Workflow.Data.Tables;
using Workflow.Features.Aggregation;
using Workflow.Features.Offline;
using Workflow.Features.Views;

namespace Workflow.Testing.Features;

/// <summary>The point-in-time join as it is defined, in two loops: every label row against every event. The oracle of every engine, offline and online.</summary>
/// <remarks>It shares the aggregates' add and finish with the engines, and nothing else: no order, no window state, no index. Cost: rows × events.</remarks>
public static class BruteForceJoin
{
    /// <summary>Computes a service's features.</summary>
    /// <param name="service">What to compute.</param>
    /// <param name="labels">The rows and their time column.</param>
    /// <param name="sources">The events by the name of their source.</param>
    /// <param name="cancellationToken">Observed between batches.</param>
    /// <exception cref="NotSupportedException">A column of the newest row holds no numbers: ask <see cref="NewestAsync"/> for its rows.</exception>
    /// <returns>One array a label row, one value a feature, in the order of <see cref="FeatureService.FeatureNames"/>. Booleans are 0 and 1, times microseconds.</returns>
    public static async Task<IReadOnlyList<ImmutableArray<FeatureValue>>> RunAsync(FeatureService service, LabelTable labels, IReadOnlyDictionary<string, TableSource> sources, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(service);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(sources);
        var events = await EventsAsync(service, sources, cancellationToken).ConfigureAwait(false);
        var result = new List<ImmutableArray<FeatureValue>>();
        foreach (var label in await TableRows.ReadAsync(labels.Rows, cancellationToken).ConfigureAwait(false))
        {
            var values = new Dictionary<string, FeatureValue>(StringComparer.Ordinal);
            foreach (var view in service.Views)
            {
                foreach (var feature in view.Features)
                {
                    values.Add(view.ColumnOf(feature.Name), Compute(view.View, feature, events[view.View.Source], (label, (long?)label[labels.TimeColumn])));
                }

                foreach (var feature in view.Latest)
                {
                    var newest = Newest(view.View, feature, events[view.View.Source], (label, (long?)label[labels.TimeColumn]));
                    values.Add(view.ColumnOf(feature.Name), newest.Status == FeatureStatus.Present ? ValueOf(view.View, feature, events[view.View.Source][newest.SourceRow]) : FeatureValue.Null);
                }
            }

            foreach (var feature in service.OnDemand)
            {
                values.Add(feature.Name, feature.Formula.Evaluate(name => TableRows.Number(label[name])) is { } value ? FeatureValue.FromDouble(value) : FeatureValue.Null);
            }

            result.Add([.. service.FeatureNames.Select(n => values[n])]);
        }

        return result;
    }

    /// <summary>Finds the newest rows, whatever the type of the column that is taken of them.</summary>
    /// <param name="service">What to compute.</param>
    /// <param name="labels">The rows and their time column.</param>
    /// <param name="sources">The events by the name of their source.</param>
    /// <param name="cancellationToken">Observed between batches.</param>
    /// <returns>One array a label row, one item a column of the newest row, view by view in the service's order.</returns>
    public static async Task<IReadOnlyList<ImmutableArray<BruteForceNewest>>> NewestAsync(FeatureService service, LabelTable labels, IReadOnlyDictionary<string, TableSource> sources, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(service);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(sources);
        var events = await EventsAsync(service, sources, cancellationToken).ConfigureAwait(false);
        var result = new List<ImmutableArray<BruteForceNewest>>();
        foreach (var label in await TableRows.ReadAsync(labels.Rows, cancellationToken).ConfigureAwait(false))
        {
            result.Add([.. service.Views.SelectMany(view => view.Latest.Select(f => Newest(view.View, f, events[view.View.Source], (label, (long?)label[labels.TimeColumn]))))]);
        }

        return result;
    }

    private static async Task<Dictionary<string, List<Dictionary<string, object?>>>> EventsAsync(FeatureService service, IReadOnlyDictionary<string, TableSource> sources, CancellationToken cancellationToken)
    {
        var events = new Dictionary<string, List<Dictionary<string, object?>>>(StringComparer.Ordinal);
        foreach (var source in service.Views.Select(static v => v.View.Source).Distinct(StringComparer.Ordinal))
        {
            events[source] = await TableRows.ReadAsync(sources[source], cancellationToken).ConfigureAwait(false);
        }

        return events;
    }

    private static FeatureValue Compute(FeatureView view, WindowedFeature feature, List<Dictionary<string, object?>> events, (Dictionary<string, object?> Row, long? Time) label)
    {
        if (label.Time is not { } query || view.Entity.Keys.Any(k => label.Row[k.Name] is null))
        {
            return FeatureValue.Null;
        }

        var accumulator = feature.Aggregate.NewAccumulator();
        var first = feature.Window is { } window ? query - Microseconds(window) : long.MinValue;

        // By event time, equal times in source order: for aggregates that care.
        foreach (var member in Members(view, feature.Where, events, (label.Row, query)).Select(i => events[i]).Where(e => (long)e[view.EventTime]! >= first).OrderBy(e => (long)e[view.EventTime]!))
        {
            accumulator.Add(FeatureEvent.Of((long)member[view.EventTime]!, [.. feature.Aggregate.Inputs.Select(name => Number(view, name, member))]));
        }

        return accumulator.Finish(query);
    }

    private static BruteForceNewest Newest(FeatureView view, LatestFeature feature, List<Dictionary<string, object?>> events, (Dictionary<string, object?> Row, long? Time) label)
    {
        if (label.Time is not { } query || view.Entity.Keys.Any(k => label.Row[k.Name] is null))
        {
            return new BruteForceNewest(FeatureStatus.NotFound, -1);
        }

        var members = Members(view, feature.Where, events, (label.Row, query));
        if (members.Count == 0)
        {
            return new BruteForceNewest(FeatureStatus.NotFound, -1);
        }

        var newest = members.MaxBy(i => ((long)events[i][view.EventTime]!, Known(view, events[i]) ?? long.MinValue, i));
        return view.TimeToLive is { } ttl && (long)events[newest][view.EventTime]! < query - Microseconds(ttl)
            ? new BruteForceNewest(FeatureStatus.OutsideMaxAge, newest)
            : new BruteForceNewest(FeatureStatus.Present, newest);
    }

    // The rows that count for a label, by every rule but the window.
    private static List<int> Members(FeatureView view, Expression? where, List<Dictionary<string, object?>> events, (Dictionary<string, object?> Row, long Query) label)
    {
        var members = new List<int>();
        for (var i = 0; i < events.Count; i++)
        {
            var item = events[i];
            if (IsKnown(view, item, label.Query)
                && !IsReplaced(view, events, i, label.Query)
                && !(view.Deleted is { } deleted && IsTrue(Number(view, deleted, item)))
                && item[view.EventTime] is long time
                && (view.AtEqualTime == EqualTimeRule.Before ? time < label.Query : time <= label.Query)
                && view.Entity.Keys.All(k => Equals(item[view.KeyColumns.GetValueOrDefault(k.Name, k.Name)], label.Row[k.Name]))
                && (view.Filter is null || IsTrue(view.Filter.Evaluate(n => TableRows.Number(item[n]))))
                && (where is null || IsTrue(where.Evaluate(n => TableRows.Number(item[n])))))
            {
                members.Add(i);
            }
        }

        return members;
    }

    // Whether another version of the same event counts instead.
    private static bool IsReplaced(FeatureView view, List<Dictionary<string, object?>> events, int row, long query)
    {
        for (var other = 0; other < events.Count && !view.EventId.IsEmpty; other++)
        {
            if (other != row
                && view.EventId.All(c => events[row][c.Name] is { } id && id.Equals(events[other][c.Name]))
                && IsKnown(view, events[other], query)
                && (Known(view, events[other]) ?? long.MinValue, other).CompareTo((Known(view, events[row]) ?? long.MinValue, row)) > 0)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsKnown(FeatureView view, Dictionary<string, object?> item, long query)
    {
        if (view.AvailabilityRule == AvailabilityRule.TiesOnly)
        {
            return true;
        }

        var isTooLate = view.AllowedLateness is { } allowed && item[view.EventTime] is long time && Known(view, item) > time + Microseconds(allowed);
        return Known(view, item) <= query && !isTooLate;
    }

    // When a row can be known; null for never.
    private static long? Known(FeatureView view, Dictionary<string, object?> item)
    {
        if (item[view.Availability.Column ?? view.EventTime] is not long known)
        {
            return null;
        }

        if (view.Availability.Seconds is { } formula)
        {
            if (formula.Evaluate(n => TableRows.Number(item[n])) is not { } seconds || !double.IsFinite(seconds))
            {
                return null;
            }

            known += (long)Math.Ceiling(seconds * 1e6);
        }

        return known + Microseconds(view.Availability.Delay);
    }

    private static FeatureValue ValueOf(FeatureView view, LatestFeature feature, Dictionary<string, object?> item) => view.Derived.Any(d => d.Name == feature.Column)
        ? Number(view, feature.Column, item) is { } computed ? FeatureValue.FromDouble(computed) : FeatureValue.Null
        : item[feature.Column] switch
        {
            null => FeatureValue.Null,
            long integer => FeatureValue.FromInt64(integer),
            double number => FeatureValue.FromDouble(number),
            bool truth => FeatureValue.FromInt64(truth ? 1 : 0),
            var other => throw new NotSupportedException($"Column '{feature.Column}' of view '{view.Name}' holds {other.GetType().Name}, which is no number: ask {nameof(NewestAsync)} for its rows."),
        };

    private static double? Number(FeatureView view, string column, Dictionary<string, object?> item) => view.Derived.FirstOrDefault(d => d.Name == column) is { } derived
        ? derived.Formula.Evaluate(n => TableRows.Number(item[n]))
        : TableRows.Number(item[column]);

    private static bool IsTrue(double? truth) => truth is { } value && value != 0;

    private static long Microseconds(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;
}
