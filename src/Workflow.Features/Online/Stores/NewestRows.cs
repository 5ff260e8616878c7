using Apache.Arrow;
using Workflow.Data.Tables;
using Workflow.Features.Joins;
using Workflow.Features.Views;

namespace Workflow.Features.Online.Stores;

/// <summary>Finds the newest row of each key of a source in one pass, by the rules of the offline join; holds a few numbers a key.</summary>
internal sealed class NewestRows(OnlineTable table, long end)
{
    private readonly FeatureView _view = table.View;
    private readonly KeyTable _keys = new();
    private long[] _times = [];
    private long[] _ranks = [];
    private long[] _rows = [];

    /// <summary>Gets the earliest event time, or availability where <see cref="TakesLate"/>, of rows that count.</summary>
    public long Start { get; init; } = long.MinValue;

    /// <summary>Gets whether a row that could only be known since <see cref="Start"/> counts however old its event is.</summary>
    public bool TakesLate { get; init; }

    /// <summary>Gets the number of keys that have a row.</summary>
    public int Count => _keys.Count;

    /// <summary>Gets the number of rows of the source.</summary>
    public long SourceRows { get; private set; }

    /// <summary>Gives the winners in the order of the source: the row, its event time, and what it is ranked by.</summary>
    public (long[] Rows, long[] Times, long[] Ranks) Winners()
    {
        var (rows, times, ranks) = (_rows[..Count], _times[..Count], _ranks[..Count]);
        var order = Enumerable.Range(0, Count).ToArray();
        System.Array.Sort(rows, order);
        return (rows, [.. order.Select(i => times[i])], [.. order.Select(i => ranks[i])]);
    }

    public async Task ScanAsync(TableSource source, IReadOnlyList<string> columns, CancellationToken cancellationToken)
    {
        var reader = new ColumnReader(source.Describe());
        var events = new EventRows(_view);
        await foreach (var batch in source.ReadAsync(columns, cancellationToken).ConfigureAwait(false))
        {
            using (batch)
            {
                reader.Next(batch);
                Scan(batch, reader, events);
            }
        }
    }

    private void Scan(RecordBatch batch, ColumnReader reader, EventRows events)
    {
        var times = reader.Times(batch, _view.EventTime).AsSpan(0, batch.Length);
        var (available, ranks, exists) = (new long[batch.Length], new long[batch.Length], new bool[batch.Length]);
        events.Available(batch, reader, available);
        events.Ranks(batch, reader, ranks);
        events.Exists(table.Where, batch, reader, exists);
        var keys = new KeyWriter(_view.Entity, batch, _view);
        for (var row = 0; row < batch.Length; row++)
        {
            // Never available is later than any end.
            if (exists[row] && times[row] != FeatureTime.Never && times[row] <= end && available[row] <= end
                && (times[row] >= Start || (TakesLate && ranks[row] >= Start)) && keys.TryWrite(row, out var key))
            {
                Take(key, times[row], ranks[row], SourceRows + row);
            }
        }

        SourceRows += batch.Length;
        GC.KeepAlive(batch);
    }

    private void Take(ReadOnlySpan<byte> key, long time, long rank, long row)
    {
        var known = _keys.Count;
        var number = _keys.Add(key);
        if (number == _rows.Length)
        {
            var length = Math.Max(16, checked(2 * number));
            System.Array.Resize(ref _times, length);
            System.Array.Resize(ref _ranks, length);
            System.Array.Resize(ref _rows, length);
        }

        // Of rows that are equal in both the last of the source stays.
        if (number == known || time > _times[number] || (time == _times[number] && rank >= _ranks[number]))
        {
            (_times[number], _ranks[number], _rows[number]) = (time, rank, row);
        }
    }
}
