using System.Globalization;
using System.Threading.Channels;
using Apache.Arrow;
using Apache.Arrow.Types;
using FlightDelays.Flights;
using Workflow.Data.Tables;
using Workflow.Features.Online;

namespace FlightDelays.Loop;

/// <summary>Departures as a server meets them: minute by minute, with features computed from what has come in before.</summary>
/// <param name="rows">All flights with their offline features, in order of departure.</param>
internal sealed class LiveWindow(TableSource rows) : IAsyncDisposable
{
    // The longest window is 28 days; a flight is known at most half a day after its departure.
    private static readonly TimeSpan History = TimeSpan.FromDays(29);

    private static readonly Schema Inputs = new(FlightFeatures.Service.FeatureNames.Select(name => new Field(name, FloatType.Default, nullable: true)), metadata: null);

    private readonly OnlineFeatures _online = new(FlightFeatures.Service);

    /// <summary>Gets how many values differed from the offline ones in any bit.</summary>
    public long Mismatches { get; private set; }

    /// <summary>Gets how many minutes had departures.</summary>
    public long Minutes { get; private set; }

    public ValueTask DisposeAsync() => _online.DisposeAsync();

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

        // Features of the next minutes are computed while the last ones are answered; the order stays.
        var ready = Channel.CreateBounded<(RecordBatch Departures, RecordBatch Features)>(new BoundedChannelOptions(64) { SingleReader = true, SingleWriter = true });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var producing = Task.Run(() => ComputeAsync(from, to, ready.Writer, stop.Token), CancellationToken.None);
        try
        {
            await foreach (var (departures, features) in ready.Reader.ReadAllAsync(cancellationToken))
            {
                using (departures)
                using (features)
                {
                    Minutes++;
                    await minute(departures, features);
                }
            }
        }
        finally
        {
            await stop.CancelAsync();
            await producing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await producing;
        if (_online.LateEvents > 0)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{_online.LateEvents} events came after reads that should have counted them."));
        }
    }

    private async Task ComputeAsync(DateTimeOffset from, DateTimeOffset to, ChannelWriter<(RecordBatch Departures, RecordBatch Features)> ready, CancellationToken cancellationToken)
    {
        try
        {
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

                        var departures = batch.SliceShared(begin, end - begin);
                        var features = await FeaturesAsync(departures, cancellationToken);
                        Compare(departures, features);
                        await _online.IngestAsync(FlightFeatures.Source, departures, cancellationToken);
                        await ready.WriteAsync((departures, features), cancellationToken);
                    }
                }
            }

            ready.Complete();
        }
        catch (Exception e)
        {
            ready.Complete(e);
            throw;
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
        using var answer = await _online.ReadAsync(departures, FlightRows.Date, cancellationToken);
        var values = answer.Values;
        return new RecordBatch(Inputs, Enumerable.Range(0, values.ColumnCount).Select(c => Columns.ToFloat32(values.Column(c))), values.Length);
    }

    private void Compare(RecordBatch departures, RecordBatch features)
    {
        // The features are the last columns of the table, in the same order.
        var first = departures.ColumnCount - features.ColumnCount;
        for (var c = 0; c < features.ColumnCount; c++)
        {
            var online = (FloatArray)features.Column(c);
            var offline = (FloatArray)departures.Column(first + c);
            for (var i = 0; i < features.Length; i++)
            {
                var equal = online.IsNull(i) == offline.IsNull(i)
                    && (online.IsNull(i) || BitConverter.SingleToUInt32Bits(online.Values[i]) == BitConverter.SingleToUInt32Bits(offline.Values[i]));
                Mismatches += equal ? 0 : 1;
            }
        }
    }
}
