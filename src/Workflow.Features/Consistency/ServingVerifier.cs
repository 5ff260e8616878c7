using Apache.Arrow;
using Workflow.Data.Tables;
using Workflow.Features.Joins;
using Workflow.Features.Offline;
using Workflow.Features.Views;

namespace Workflow.Features.Consistency;

/// <summary>Computes served vectors again from the events, compares every bit, and says of each difference why.</summary>
/// <remarks>
/// Values are as of the moment of their read: those that a store held from an earlier computation are found to differ, unless nothing happened since.
/// Causes that need another join are looked for in the first 100,000 rows that differ. Safe for concurrent use.
/// </remarks>
public sealed class ServingVerifier
{
    private const int MaxExplained = 100_000;
    private readonly PointInTimeJoin _join;

    /// <summary>Prepares a verifier.</summary>
    /// <param name="join">Computes the vectors again.</param>
    public ServingVerifier(PointInTimeJoin join)
    {
        ArgumentNullException.ThrowIfNull(join);
        _join = join;
    }

    /// <summary>Replays served vectors.</summary>
    /// <param name="service">The definitions as they are now.</param>
    /// <param name="served">Rows as <see cref="ServedVectors"/> makes them; a table without the digest is taken for one of the service.</param>
    /// <param name="timeColumn">The moment of each read.</param>
    /// <param name="options">The events, and how far causes are looked for.</param>
    /// <param name="cancellationToken">Observed between batches and joins.</param>
    /// <exception cref="SchemaMismatchException">The log lacks the time, a key, or what on-demand features read, or a source has other columns; every difference is listed.</exception>
    /// <exception cref="ArgumentException">A source is missing.</exception>
    public async Task<ConsistencyReport> RunAsync(FeatureService service, TableSource served, string timeColumn, VerifyOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(service);
        ArgumentNullException.ThrowIfNull(served);
        ArgumentNullException.ThrowIfNull(timeColumn);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ClockTolerance, TimeSpan.Zero, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.ClockTolerance, TimeSpan.FromDays(1), nameof(options));
        var labels = new ServedLabels(service, served, timeColumn);
        var tally = new MismatchTally();
        var rows = new List<MismatchedRow>();
        try
        {
            using (var set = await _join.RunAsync(service, new LabelTable(labels, timeColumn), options.Sources, cancellationToken).ConfigureAwait(false))
            {
                var reader = new ColumnReader(served.Describe());
                await foreach (var batch in set.Table.ReadAsync(null, cancellationToken).ConfigureAwait(false))
                {
                    using (batch)
                    {
                        reader.Next(batch);
                        Compare(new Replayed(service, labels, batch, reader.Times(batch, timeColumn)), tally, rows);
                    }
                }
            }

            await new MismatchExplainer(_join, service, timeColumn, options).ExplainAsync(rows, (row, feature, cause) => tally.Add(Describe(row, feature, cause)), cancellationToken).ConfigureAwait(false);
            foreach (var row in rows)
            {
                row.Features.ForEach(feature => tally.Add(Describe(row, feature, MismatchCause.Unexplained)));
            }

            return tally.Report([.. service.FeatureNames.Where(n => served.Schema.GetFieldIndex(n) < 0)]);
        }
        finally
        {
            rows.ForEach(static r => r.Dispose());
        }

        ServedMismatch Describe(MismatchedRow row, int feature, MismatchCause cause)
        {
            var name = service.FeatureNames[feature];
            return new ServedMismatch(row.Row, name, cause, Cells.Text(row.Label.Column(ServedLabels.ColumnOf(name)), 0), Cells.Text(row.Label.Column(name), 0));
        }
    }

    private static void Compare(Replayed replayed, MismatchTally tally, List<MismatchedRow> rows)
    {
        var (service, labels, batch, times) = replayed;
        var digests = batch.Schema.GetFieldIndex(ServedVectors.Digest) is >= 0 and var i ? batch.Column(i) as StringArray : null;
        var digest = service.Digest.ToString();
        var open = new Dictionary<int, MismatchedRow>();
        for (var feature = 0; feature < service.FeatureNames.Length; feature++)
        {
            var name = service.FeatureNames[feature];
            if (batch.Schema.GetFieldIndex(ServedLabels.ColumnOf(name)) is not (>= 0 and var at))
            {
                continue;
            }

            var (was, now) = (batch.Column(at), batch.Column(name));
            var isSameType = TableSchema.Describe(was.Data.DataType) == TableSchema.Describe(now.Data.DataType);
            var keys = service.Views.FirstOrDefault(v => v.Names.Any(n => v.ColumnOf(n) == name))?.View.Entity.Keys.Select(k => batch.Column(k.Name)).ToArray() ?? [];
            for (var row = 0; row < batch.Length; row++)
            {
                if (isSameType ? Cells.AreEqual(was, row, now, row) : was.IsNull(row) && now.IsNull(row))
                {
                    continue;
                }

                MismatchCause? cause = digests is not null && digests.GetString(row) != digest ? MismatchCause.Definition
                    : labels.Views.Contains(name) || System.Array.Exists(keys, k => k.IsNull(row)) ? MismatchCause.Key
                    : !isSameType ? MismatchCause.Type
                    : rows.Count >= MaxExplained && !open.ContainsKey(row) ? MismatchCause.Unexplained
                    : null;
                if (cause is { } known)
                {
                    tally.Add(new ServedMismatch(tally.Rows + row, name, known, Cells.Text(was, row), Cells.Text(now, row)));
                    continue;
                }

                if (!open.TryGetValue(row, out var mismatched))
                {
                    open[row] = mismatched = new MismatchedRow(tally.Rows + row, batch.SliceShared(row, 1), times[row]);
                    rows.Add(mismatched);
                }

                mismatched.Features.Add(feature);
            }

            tally.Values += batch.Length;
        }

        tally.Rows += batch.Length;
    }

    private sealed record Replayed(FeatureService Service, ServedLabels Labels, RecordBatch Batch, long[] Times);
}
