using System.Globalization;
using Apache.Arrow;
using Apache.Arrow.Types;
using FlightDelays.Flights;
using Workflow.Data.Tables;

namespace FlightDelays.Tests.Runs;

/// <summary>Flights in memory, so that a test can take some of them and change them.</summary>
internal sealed class FlightTable
{
    /// <summary>The committed flights.</summary>
    public static string Committed { get; } = Path.Combine(Workflow.Repository.SharedFolder.RepositoryRoot, "samples", "FlightDelays", "data", "flights-busiest.parquet");

    public List<long> Dates { get; } = [];

    public List<long> Delays { get; } = [];

    public List<long> Distances { get; } = [];

    public List<string> Origins { get; } = [];

    public List<string> Destinations { get; } = [];

    /// <summary>Reads evenly spaced rows of a file, so that every day has its share.</summary>
    public static async Task<FlightTable> TakeAsync(string file, int rows, CancellationToken cancellationToken = default)
    {
        var table = await ParquetTable.OpenAsync(file, cancellationToken: cancellationToken);
        var all = table.RowCount!.Value;
        var taken = new FlightTable();
        var position = 0L;
        await foreach (var batch in table.ReadAsync(FlightRows.Keep, cancellationToken))
        {
            using (batch)
            {
                for (var i = 0; i < batch.Length; i++, position++)
                {
                    if (position * rows / all != (position + 1) * rows / all)
                    {
                        taken.Add(batch, i);
                    }
                }
            }
        }

        return taken;
    }

    /// <summary>Gives the flights as a table. The caller disposes it.</summary>
    public BatchTable ToTable() => new(FlightContract.Schema,
    [
        new RecordBatch(
            FlightContract.Schema,
            [
                Columns.OfMoments([.. Dates], (TimestampType)FlightContract.Schema.GetFieldByName("date").DataType),
                Columns.Of([.. Delays]),
                Columns.Of([.. Distances]),
                Columns.Of(Origins),
                Columns.Of(Destinations),
            ],
            Dates.Count),
    ]);

    /// <summary>Writes the flights as Parquet.</summary>
    public async Task WriteAsync(string path)
    {
        using var table = ToTable();
        await ParquetTable.WriteAsync(path, table);
    }

    /// <summary>Gives the day of a row, for example <c>2001-04-15</c>.</summary>
    public string Day(int row) => DateTimeOffset.UnixEpoch.AddTicks(Dates[row] * TimeSpan.TicksPerMicrosecond).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Takes a row out.</summary>
    public void RemoveAt(int row)
    {
        Dates.RemoveAt(row);
        Delays.RemoveAt(row);
        Distances.RemoveAt(row);
        Origins.RemoveAt(row);
        Destinations.RemoveAt(row);
    }

    /// <summary>Gives a table of flights as one line a row.</summary>
    public static async Task<List<string>> TextAsync(TableSource table)
    {
        var flights = new FlightTable();
        await foreach (var batch in table.ReadAsync(FlightRows.Keep))
        {
            using (batch)
            {
                for (var i = 0; i < batch.Length; i++)
                {
                    flights.Add(batch, i);
                }
            }
        }

        return [.. flights.Dates.Select((date, i) => string.Create(CultureInfo.InvariantCulture, $"{date} {flights.Delays[i]} {flights.Distances[i]} {flights.Origins[i]} {flights.Destinations[i]}"))];
    }

    private void Add(RecordBatch batch, int row)
    {
        Dates.Add(((TimestampArray)batch.Column("date")).Values[row]);
        Delays.Add(((Int64Array)batch.Column("delay")).Values[row]);
        Distances.Add(((Int64Array)batch.Column("distance")).Values[row]);
        Origins.Add(((StringArray)batch.Column("origin")).GetString(row));
        Destinations.Add(((StringArray)batch.Column("destination")).GetString(row));
    }
}
