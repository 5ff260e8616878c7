using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Data.Tables;
using Workflow.Features.Views;

namespace FlightDelays.Flights;

/// <summary>The table that the models learn from and that traffic is replayed from: one row for each flight, in order of departure.</summary>
internal static class FlightRows
{
    /// <summary>The flight's number: its row in the data.</summary>
    public const string Flight = "flight";

    /// <summary>The departure, at which the prediction is wanted.</summary>
    public const string Date = "date";

    /// <summary>When the arrival is known.</summary>
    public const string KnownAt = "known_at";

    /// <summary>1 where the flight arrived more than 15 minutes late, else 0.</summary>
    public const string Late = "late";

    private static readonly TimestampType Moment = new(TimeUnit.Microsecond, "UTC");

    /// <summary>The columns of the flights themselves.</summary>
    public static readonly string[] Keep = [Date, "delay", "distance", "origin", "destination"];

    /// <summary>Gives the schema for a service's features, each as nullable float32: what the model is trained on is what it is served.</summary>
    public static Schema SchemaOf(FeatureService service) => new(
        [
            new Field(Date, Moment, nullable: false),
            new Field("delay", Int64Type.Default, nullable: false),
            new Field("distance", Int64Type.Default, nullable: false),
            new Field("origin", StringType.Default, nullable: false),
            new Field("destination", StringType.Default, nullable: false),
            new Field(Flight, Int64Type.Default, nullable: false),
            new Field(KnownAt, Moment, nullable: false),
            new Field(Late, FloatType.Default, nullable: false),
            .. service.FeatureNames.Select(name => new Field(name, FloatType.Default, nullable: true)),
        ],
        metadata: null);

    /// <summary>Makes the rows of a training set that keeps the columns of <see cref="Keep"/>.</summary>
    public static TableSource From(TableSource trainingSet, FeatureService service)
    {
        var schema = SchemaOf(service);
        return new RowMap(trainingSet, schema, (batch, first) =>
        {
            var dates = ((TimestampArray)batch.Column("date")).Values;
            var delays = ((Int64Array)batch.Column("delay")).Values;
            var distances = ((Int64Array)batch.Column("distance")).Values;
            var (flights, known, late) = (new long[batch.Length], new long[batch.Length], new float[batch.Length]);
            for (var i = 0; i < batch.Length; i++)
            {
                flights[i] = first + i;
                known[i] = dates[i] + MinutesToMicroseconds(30) + (long)(distances[i] / 450.0 * 3600e6);
                late[i] = delays[i] > 15 ? 1 : 0;
            }

            return new RecordBatch(
                schema,
                [
                    .. Keep.Select(name => Columns.Share(batch.Column(name))),
                    Columns.Of(flights),
                    Columns.OfMoments(known, Moment),
                    Columns.Of(late),
                    .. service.FeatureNames.Select(name => Columns.ToFloat32(batch.Column(name))),
                ],
                batch.Length);
        });
    }

    /// <summary>Gives the rows of a table in departure order that lie in [from, to).</summary>
    public static TableSource Between(TableSource rows, DateTimeOffset from, DateTimeOffset to) => new RowMap(rows, rows.Schema, (batch, _) =>
    {
        var dates = ((TimestampArray)batch.Column(Date)).Values;
        var begin = LowerBound(dates, Microseconds(from));
        var end = LowerBound(dates, Microseconds(to));
        return end > begin ? batch.SliceShared(begin, end - begin) : null;
    });

    /// <summary>Gives a moment as microseconds since 1970.</summary>
    public static long Microseconds(DateTimeOffset moment) => (moment.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    private static long MinutesToMicroseconds(long minutes) => minutes * 60_000_000;

    private static int LowerBound(ReadOnlySpan<long> ascending, long value)
    {
        var (low, high) = (0, ascending.Length);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            (low, high) = ascending[middle] < value ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
