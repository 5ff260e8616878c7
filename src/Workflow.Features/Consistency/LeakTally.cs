using Apache.Arrow;
using Workflow.Features.Joins;
using Workflow.Features.Offline;
using Workflow.Features.Views;

namespace Workflow.Features.Consistency;

/// <summary>Compares training sets bit by bit and counts what differs.</summary>
internal sealed class LeakTally(FeatureService service, int maxListed)
{
    private readonly List<LeakedValue> _leaks = [];
    private readonly Dictionary<string, long> _byFeature = new(StringComparer.Ordinal);
    private long _rows;

    public long EventsChanged { get; set; }

    public async Task CompareAsync(TrainingSet truth, TrainingSet other, (string TimeColumn, long Moment) until, CancellationToken cancellationToken)
    {
        // Both pass the same label batches on, so they are cut alike.
        var others = other.Table.ReadAsync(null, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using (others.ConfigureAwait(false))
        {
            var reader = new ColumnReader("the training set");
            var at = 0L;
            await foreach (var batch in truth.Table.ReadAsync(null, cancellationToken).ConfigureAwait(false))
            {
                using (batch)
                {
                    await others.MoveNextAsync().ConfigureAwait(false);
                    using var changed = others.Current;
                    reader.Next(batch);
                    var times = reader.Times(batch, until.TimeColumn);
                    for (var row = 0; row < batch.Length; row++)
                    {
                        if (times[row] <= until.Moment)
                        {
                            _rows++;
                            Compare((batch, changed), row, at + row, until.Moment);
                        }
                    }

                    at += batch.Length;
                }
            }
        }
    }

    public LeakReport Report(int moments) => new()
    {
        Moments = moments,
        RowsCompared = _rows,
        EventsChanged = EventsChanged,
        LeakCount = _byFeature.Values.Sum(),
        Leaks = [.. _leaks],
        LeakingFeatures = [.. _byFeature.OrderByDescending(static f => f.Value).ThenBy(static f => f.Key, StringComparer.Ordinal).Select(static f => f.Key)],
    };

    private void Compare((RecordBatch Before, RecordBatch After) batches, int row, long label, long moment)
    {
        for (var i = 0; i < service.FeatureNames.Length; i++)
        {
            // The time column comes first.
            var (before, after) = (batches.Before.Column(i + 1), batches.After.Column(i + 1));
            if (!Cells.AreEqual(before, row, after, row))
            {
                var name = service.FeatureNames[i];
                _byFeature[name] = _byFeature.GetValueOrDefault(name) + 1;
                if (_leaks.Count < maxListed)
                {
                    _leaks.Add(new LeakedValue(label, name, new DateTimeOffset(FeatureTime.ToDateTime(moment)), Cells.Text(before, row), Cells.Text(after, row)));
                }
            }
        }
    }
}
