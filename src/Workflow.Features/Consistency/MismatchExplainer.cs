using Apache.Arrow;
using Workflow.Data.Tables;
using Workflow.Features.Joins;
using Workflow.Features.Offline;
using Workflow.Features.Views;

namespace Workflow.Features.Consistency;

/// <summary>Looks for what would have given the served values: events that came late, or a clock that was off.</summary>
internal sealed class MismatchExplainer(PointInTimeJoin join, FeatureService service, string timeColumn, VerifyOptions options)
{
    private static readonly TimeSpan[] Delays = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10), TimeSpan.FromHours(1), TimeSpan.FromHours(6), TimeSpan.FromDays(1), TimeSpan.FromDays(7)];

    /// <summary>Explains what it can; what it explains is taken off the rows.</summary>
    /// <param name="rows">The rows, in the log's order.</param>
    /// <param name="explained">Is told each row, feature and cause.</param>
    /// <param name="cancellationToken">Observed between joins.</param>
    public async Task ExplainAsync(IReadOnlyList<MismatchedRow> rows, Action<MismatchedRow, int, MismatchCause> explained, CancellationToken cancellationToken)
    {
        var supposed = new Dictionary<string, TableSource>(options.Sources, StringComparer.Ordinal);
        if (service.Views.Any(v => options.Arrived.ContainsKey(v.View.Source)))
        {
            var views = Supposing(view =>
            {
                if (!options.Arrived.TryGetValue(view.Source, out var arrived))
                {
                    return view;
                }

                var source = $"{view.Source}:{view.Name}";
                supposed[source] = new ArrivedEvents(options.Sources[view.Source], view, arrived);
                return view.Supposing(source, Availability.FromColumn(ArrivedEvents.Known));
            });
            await TryAsync(views, supposed, 0, new Search(rows, MismatchCause.Late, explained), cancellationToken).ConfigureAwait(false);
        }

        foreach (var shift in Shifts(FeatureTime.Microseconds(options.ClockTolerance)))
        {
            await TryAsync(service, options.Sources, shift, new Search(rows, MismatchCause.Clock, explained), cancellationToken).ConfigureAwait(false);
        }

        foreach (var delay in Delays)
        {
            var views = Supposing(view => options.Arrived.ContainsKey(view.Source) ? view : view.Supposing(view.Source, view.Availability.After(view.Availability.Delay + delay)));
            await TryAsync(views, options.Sources, 0, new Search(rows, MismatchCause.Late, explained), cancellationToken).ConfigureAwait(false);
        }
    }

    // The smallest first, in both directions.
    private static IEnumerable<long> Shifts(long tolerance)
    {
        for (var shift = 1L; shift < tolerance; shift *= 10)
        {
            yield return -shift;
            yield return shift;
        }

        if (tolerance > 0)
        {
            yield return -tolerance;
            yield return tolerance;
        }
    }

    private FeatureService Supposing(Func<FeatureView, FeatureView> change) => new(service.Name, [.. service.Views.Select(v => v with { View = change(v.View) })], service.OnDemand);

    private async Task TryAsync(FeatureService supposed, IReadOnlyDictionary<string, TableSource> sources, long shift, Search search, CancellationToken cancellationToken)
    {
        List<MismatchedRow> open = [.. search.Rows.Where(r => r.Features.Count > 0 && FeatureTime.IsInRange(r.Time + shift))];
        if (open.Count == 0)
        {
            return;
        }

        using var labels = Labels(open, shift);
        using var set = await join.RunAsync(supposed, new LabelTable(labels, timeColumn) { Keep = [timeColumn] }, sources, cancellationToken).ConfigureAwait(false);
        var at = 0;
        await foreach (var batch in set.Table.ReadAsync(null, cancellationToken).ConfigureAwait(false))
        {
            using (batch)
            {
                for (var row = 0; row < batch.Length; row++, at++)
                {
                    search.Settle(open[at], batch, (service, row));
                }
            }
        }
    }

    private BatchTable Labels(List<MismatchedRow> rows, long shift)
    {
        var fields = rows[0].Label.Schema.FieldsList.Where(static f => !ServedLabels.IsServed(f.Name)).ToList();
        var schema = new Schema([.. fields.Select(f => f.Name == timeColumn ? new Field(f.Name, TimeColumn.Type, nullable: true) : f)], null);
        return new BatchTable(schema, rows.Select(r => new RecordBatch(schema, [.. fields.Select(f => f.Name == timeColumn ? TimeColumn.Of([r.Time + shift]) : SharedArray.Of(r.Label.Column(f.Name)))], 1)));
    }

    private sealed record Search(IReadOnlyList<MismatchedRow> Rows, MismatchCause Cause, Action<MismatchedRow, int, MismatchCause> Explained)
    {
        public void Settle(MismatchedRow open, RecordBatch replayed, (FeatureService Service, int Row) of) => open.Features.RemoveAll(feature =>
        {
            var name = of.Service.FeatureNames[feature];
            var isExplained = Cells.AreEqual(open.Label.Column(ServedLabels.ColumnOf(name)), 0, replayed.Column(name), of.Row);
            if (isExplained)
            {
                Explained(open, feature, Cause);
            }

            return isExplained;
        });
    }
}
