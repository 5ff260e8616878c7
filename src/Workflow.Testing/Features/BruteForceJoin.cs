using System.Collections.Immutable;
using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Data.Tables;
using Workflow.Features.Aggregation;
using Workflow.Features.Offline;
using Workflow.Features.Views;

namespace Workflow.Testing.Features;

/// <summary>The point-in-time join as it is defined, in two loops: every label row against every event. The oracle of every engine.</summary>
/// <remarks>It shares the aggregates' add and finish with the engines, and nothing else: no order, no window state, no index. Cost: rows × events.</remarks>
public static class BruteForceJoin
{
    /// <summary>Computes a service's features.</summary>
    /// <param name="service">What to compute.</param>
    /// <param name="labels">The rows and their time column.</param>
    /// <param name="sources">The events by the name of their source.</param>
    /// <param name="cancellationToken">Observed between batches.</param>
    /// <exception cref="NotSupportedException">A view has columns of the newest row, conditions, keys under other names, or times that only break ties.</exception>
    /// <returns>One array a label row, one value a feature, in the order of <see cref="FeatureService.FeatureNames"/>.</returns>
    public static async Task<IReadOnlyList<ImmutableArray<FeatureValue>>> RunAsync(FeatureService service, LabelTable labels, IReadOnlyDictionary<string, TableSource> sources, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(service);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(sources);
        if (service.Views.FirstOrDefault(static v => IsBeyond(v)) is { } beyond)
        {
            throw new NotSupportedException($"View '{beyond.View.Name}' has columns of the newest row, conditions, keys under other names or {nameof(AvailabilityRule.TiesOnly)}: this oracle knows windows over all events only.");
        }

        var events = new Dictionary<string, List<Dictionary<string, object?>>>(StringComparer.Ordinal);
        foreach (var source in service.Views.Select(static v => v.View.Source).Distinct(StringComparer.Ordinal))
        {
            events[source] = await ReadAsync(sources[source], cancellationToken).ConfigureAwait(false);
        }

        var result = new List<ImmutableArray<FeatureValue>>();
        foreach (var label in await ReadAsync(labels.Rows, cancellationToken).ConfigureAwait(false))
        {
            var values = ImmutableArray.CreateBuilder<FeatureValue>();
            foreach (var view in service.Views)
            {
                values.AddRange(view.Features.Select(f => Compute(view.View, f, events[view.View.Source], (label, (long?)label[labels.TimeColumn]))));
            }

            values.AddRange(service.OnDemand.Select(f => f.Formula.Evaluate(name => Number(label[name])) is { } value ? FeatureValue.FromDouble(value) : FeatureValue.Null));
            result.Add(values.ToImmutable());
        }

        return result;
    }

    private static bool IsBeyond(ServiceView view) =>
        !view.Latest.IsEmpty || view.View.Filter is not null || !view.View.KeyColumns.IsEmpty || view.View.AvailabilityRule == AvailabilityRule.TiesOnly || view.Features.Any(static f => f.Where is not null);

    private static FeatureValue Compute(FeatureView view, WindowedFeature feature, List<Dictionary<string, object?>> events, (Dictionary<string, object?> Row, long? Time) label)
    {
        var key = view.Entity.Keys.Select(k => label.Row[k.Name]).ToList();
        if (label.Time is not { } query || key.Contains(null))
        {
            return FeatureValue.Null;
        }

        // By event time, equal times in source order: for aggregates that care.
        var window = feature.Window is { } w ? w.Ticks / TimeSpan.TicksPerMicrosecond : (long?)null;
        var members = events
            .Where(e => view.Entity.Keys.Select(k => e[k.Name]).SequenceEqual(key) && Counts(view, e, query, window))
            .OrderBy(e => (long)e[view.EventTime]!);
        var accumulator = feature.Aggregate.NewAccumulator();
        foreach (var member in members)
        {
            var inputs = feature.Aggregate.Inputs.Select(name => view.Derived.FirstOrDefault(d => d.Name == name) is { } derived
                ? derived.Formula.Evaluate(n => Number(member[n]))
                : Number(member[name])).ToArray();
            accumulator.Add(FeatureEvent.Of((long)member[view.EventTime]!, inputs));
        }

        return accumulator.Finish(query);
    }

    private static bool Counts(FeatureView view, Dictionary<string, object?> item, long query, long? window)
    {
        if (item[view.EventTime] is not long time || item[view.Availability.Column ?? view.EventTime] is not long available)
        {
            return false;
        }

        if (view.Availability.Seconds is { } formula)
        {
            if (formula.Evaluate(n => Number(item[n])) is not { } seconds || !double.IsFinite(seconds))
            {
                return false;
            }

            available += (long)Math.Ceiling(seconds * 1e6);
        }

        available += view.Availability.Delay.Ticks / TimeSpan.TicksPerMicrosecond;
        var isBefore = view.AtEqualTime == EqualTimeRule.Before ? time < query : time <= query;
        return isBefore && available <= query && (window is null || time >= query - window);
    }

    private static double? Number(object? value) => value switch
    {
        null => null,
        long integer => integer,
        double number => number,
        bool truth => truth ? 1 : 0,
        _ => throw new ArgumentException($"Expected a number, got {value.GetType()}."),
    };

    private static async Task<List<Dictionary<string, object?>>> ReadAsync(TableSource table, CancellationToken cancellationToken)
    {
        var rows = new List<Dictionary<string, object?>>();
        await foreach (var batch in table.ReadAsync(null, cancellationToken).ConfigureAwait(false))
        {
            using (batch)
            {
                for (var row = 0; row < batch.Length; row++)
                {
                    rows.Add(table.Schema.FieldsList.Select((field, i) => (field.Name, Cell(batch.Column(i), row))).ToDictionary(StringComparer.Ordinal));
                }
            }
        }

        return rows;
    }

    private static object? Cell(IArrowArray column, int row) => column switch
    {
        _ when column.IsNull(row) => null,
        TimestampArray a => a.Values[row] * (((TimestampType)a.Data.DataType).Unit switch { TimeUnit.Second => 1_000_000, TimeUnit.Millisecond => 1_000, TimeUnit.Microsecond => 1, _ => throw new ArgumentException("Nanoseconds are not supported.") }),
        Int64Array a => a.Values[row],
        Int32Array a => (long)a.Values[row],
        DoubleArray a => a.Values[row],
        FloatArray a => (double)a.Values[row],
        BooleanArray a => a.GetValue(row),
        StringArray a => a.GetString(row),
        DictionaryArray a => Cell(a.Dictionary, Convert.ToInt32(Cell(a.Indices, row), System.Globalization.CultureInfo.InvariantCulture)),
        Int8Array a => (long)a.Values[row],
        Int16Array a => (long)a.Values[row],
        UInt8Array a => (long)a.Values[row],
        UInt16Array a => (long)a.Values[row],
        UInt32Array a => (long)a.Values[row],
        _ => throw new ArgumentException($"Column type {column.Data.DataType.Name} is not supported."),
    };
}
