using System.Globalization;
using Apache.Arrow;
using FlightDelays.Flights;
using Workflow.Data.Tables;
using Workflow.Features.Online;

namespace FlightDelays.Loop;

/// <summary>Departures as a server meets them: minute by minute, with features computed from what has come in before.</summary>
/// <param name="rows">All flights with their offline features, in order of departure.</param>
internal sealed class LiveWindow(TableSource rows)
{
    // The longest window is 28 days; a flight is known at most half a day after its departure.
    private static readonly TimeSpan History = TimeSpan.FromDays(29);

    private readonly OnlineFeatures _online = new(FlightFeatures.Service);

    /// <summary>Gets how many values differed from the offline ones in any bit.</summary>
    public long Mismatches { get; private set; }

    /// <summary>Gets how many minutes had departures.</summary>
    public long Minutes { get; private set; }

    /// <summary>Replays the departures of [from, to).</summary>
    /// <param name="from">The first moment.</param>
    /// <param name="to">The moment after the last.</param>
    /// <param name="minute">Answers one minute's departures. Given the rows with their offline columns, and the model's inputs computed online; both borrowed.</param>
    /// <param name="cancellationToken">Observed between minutes.</param>
    public async Task ReplayAsync(DateTimeOffset from, DateTimeOffset to, Func<RecordBatch, RecordBatch, Task> minute, CancellationToken cancellationToken)
    {
        await foreach (var past in FlightRows.Between(rows, from - History, from).ReadAsync(FlightRows.Keep, cancellationToken))
        {
            using (past)
            {
                await _online.IngestAsync(FlightFeatures.Source, past, cancellationToken);
            }
        }

        var hour = long.MinValue;
        await foreach (var batch in FlightRows.Between(rows, from, to).ReadAsync(cancellationToken: cancellationToken))
        {
            using (batch)
            {
                foreach (var (begin, end) in MinutesOf(batch))
                {
                    var now = ((TimestampArray)batch.Column(FlightRows.Date)).Values[begin];
                    if (now / 3_600_000_000 != hour)
                    {
                        hour = now / 3_600_000_000;
                        _online.Advance(DateTimeOffset.UnixEpoch.AddTicks(now * TimeSpan.TicksPerMicrosecond));
                    }

                    using var departures = batch.SliceShared(begin, end - begin);
                    using var features = await FeaturesAsync(departures, cancellationToken);
                    Compare(departures, features);
                    Minutes++;
                    await minute(departures, features);
                    await _online.IngestAsync(FlightFeatures.Source, departures, cancellationToken);
                }
            }
        }

        if (_online.LateEvents > 0)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{_online.LateEvents} events came after reads that should have counted them."));
        }
    }

    private static IEnumerable<(int Begin, int End)> MinutesOf(RecordBatch batch)
    {
        var begin = 0;
        for (var i = 1; i <= batch.Length; i++)
        {
            if (i == batch.Length || !SameMinute(batch, begin, i))
            {
                yield return (begin, i);
                begin = i;
            }
        }
    }

    private static bool SameMinute(RecordBatch batch, int a, int b)
    {
        var dates = ((TimestampArray)batch.Column(FlightRows.Date)).Values;
        return dates[a] / 60_000_000 == dates[b] / 60_000_000;
    }

    private async Task<RecordBatch> FeaturesAsync(RecordBatch departures, CancellationToken cancellationToken)
    {
        using var values = await _online.ReadAsync(departures, FlightRows.Date, cancellationToken);
        var schema = new Schema(values.Schema.FieldsList.Select(f => new Field(f.Name, Apache.Arrow.Types.FloatType.Default, nullable: true)), metadata: null);
        return new RecordBatch(schema, Enumerable.Range(0, values.ColumnCount).Select(c => Columns.ToFloat32(values.Column(c))), values.Length);
    }

    private void Compare(RecordBatch departures, RecordBatch features)
    {
        foreach (var field in features.Schema.FieldsList)
        {
            var online = (FloatArray)features.Column(field.Name);
            var offline = (FloatArray)departures.Column(field.Name);
            for (var i = 0; i < features.Length; i++)
            {
                var equal = online.IsNull(i) == offline.IsNull(i)
                    && (online.IsNull(i) || BitConverter.SingleToUInt32Bits(online.Values[i]) == BitConverter.SingleToUInt32Bits(offline.Values[i]));
                Mismatches += equal ? 0 : 1;
            }
        }
    }
}
