using Apache.Arrow;
using FlightDelays.Flights;

namespace FlightDelays.Loop;

/// <summary>Asks the server over HTTP for every hundredth flight and compares the answer's bits with the one in process.</summary>
/// <param name="client">Its base address is the server.</param>
/// <param name="features">The model's inputs, in order.</param>
internal sealed class HttpCheck(HttpClient client, IReadOnlyList<string> features)
{
    private const int Every = 100;

    /// <summary>Gets how many flights were asked for.</summary>
    public long Rows { get; private set; }

    /// <summary>Gets how many answers differed in any bit.</summary>
    public long Differences { get; private set; }

    /// <summary>Checks the flights of a minute whose number is a multiple of a hundred.</summary>
    public async Task CheckAsync(RecordBatch departures, RecordBatch inputs, Func<int, double> score, CancellationToken cancellationToken)
    {
        for (var i = 0; i < departures.Length; i++)
        {
            var flight = ((Int64Array)departures.Column(FlightRows.Flight)).Values[i];
            if (flight % Every == 0)
            {
                var answer = await HttpScore.AskAsync(client, LogRows.Id(flight), HttpScore.Row(inputs, i, features), cancellationToken);
                Rows++;
                Differences += BitConverter.DoubleToInt64Bits(answer) == BitConverter.DoubleToInt64Bits(score(i)) ? 0 : 1;
            }
        }
    }
}
