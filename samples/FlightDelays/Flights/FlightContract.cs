using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Monitoring.Contracts;

namespace FlightDelays.Flights;

/// <summary>What a table of flights must be before anything learns from it.</summary>
internal static class FlightContract
{
    /// <summary>The earliest arrival that is taken for real, in minutes: two hours before schedule.</summary>
    public const int EarliestArrival = -120;

    /// <summary>The share of rows that may be set aside instead of refusing the table.</summary>
    public const double Quarantine = 1e-4;

    /// <summary>The columns, all of them without nulls in real data but declared nullable by the file.</summary>
    public static Schema Schema { get; } = new(
        [
            new Field("date", new TimestampType(TimeUnit.Microsecond, "UTC"), nullable: true),
            new Field("delay", Int64Type.Default, nullable: true),
            new Field("distance", Int64Type.Default, nullable: true),
            new Field("origin", StringType.Default, nullable: true),
            new Field("destination", StringType.Default, nullable: true),
        ],
        metadata: null);

    /// <summary>The contract.</summary>
    public static DataContract Contract { get; } = DataContract.Create("flights")
        .Rows(atLeast: 10_000)
        .Column("date", new TimestampType(TimeUnit.Microsecond, "UTC"), c => c.Between(FlightCalendar.Begin, FlightCalendar.End))
        .Column("delay", Int64Type.Default, c => c.Between(EarliestArrival, 2_880))
        .Column("distance", Int64Type.Default, c => c.Between(1, 6_000))
        .Column("origin", StringType.Default)
        .Column("destination", StringType.Default)
        .Build();
}
