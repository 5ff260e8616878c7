using System.Globalization;
using Apache.Arrow;
using Apache.Arrow.Types;
using FlightDelays.Flights;
using FlightDelays.Loop;
using Workflow.Data.Storage;
using Workflow.Data.Tables;
using Workflow.Monitoring.Contracts;

namespace FlightDelays.Steps;

/// <summary>Holds the data against its contract, sets a few impossible rows aside, and shows a corrupted copy being refused.</summary>
internal static class ContractStep
{
    private const string Report = "contract.json";

    public static async Task<StepOutcome> RunAsync(string work, TableSource flights, CancellationToken cancellationToken)
    {
        var contract = FlightContract.Contract;
        var report = await contract.CheckAsync(flights, cancellationToken);
        var strange = report.Violations.SingleOrDefault(IsImpossibleArrival)?.Count ?? 0;
        if (report.Violations.Any(v => !IsImpossibleArrival(v)) || strange > report.Rows * FlightContract.Quarantine)
        {
            throw new InvalidDataException($"The data breaks its contract:{Environment.NewLine}{report}");
        }

        // Where the work folder lies is no part of the outcome: two runs leave the same bytes.
        await AtomicFile.WriteAllBytesAsync(Path.Combine(work, Report), (report with { Source = VersionStep.File }).ToJson(), cancellationToken);
        var refused = await contract.CheckAsync(Corrupted(flights), cancellationToken);
        if (refused.Passed)
        {
            throw new InvalidOperationException("The corrupted copy passed the contract; it must not.");
        }

        var first = report.Violations.SingleOrDefault(IsImpossibleArrival);
        return new StepOutcome(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{report.Rows:N0} rows checked; {strange} with a delay below {FlightContract.EarliestArrival} minutes set aside{(first is null ? "" : $" (rows {string.Join(", ", first.FirstRows)})")}"),
            new Dictionary<string, string>
            {
                ["rows"] = report.Rows.ToString(CultureInfo.InvariantCulture),
                ["set aside"] = strange.ToString(CultureInfo.InvariantCulture),
                ["contract"] = contract.Digest.ToString(),
                ["refused"] = string.Join("; ", refused.Violations.Select(v => v.ToString().ReplaceLineEndings(" "))),
            },
            Report);
    }

    /// <summary>Gives the flights without the rows that the contract sets aside.</summary>
    public static TableSource Clean(TableSource flights) => new RowMap(flights, flights.Schema, (batch, _) =>
    {
        var delays = (Int64Array)batch.Column("delay");
        var keep = Enumerable.Range(0, batch.Length).Where(i => delays.Values[i] >= FlightContract.EarliestArrival).ToList();
        return keep.Count == batch.Length ? batch.SliceShared(0, batch.Length) : Take(batch, keep);
    });

    private static bool IsImpossibleArrival(ContractViolation violation) => violation is { Column: "delay", Check: ContractCheck.Minimum };

    // What a broken export might look like: no destinations, distances in feet, one row in ten without an origin.
    private static RowMap Corrupted(TableSource flights)
    {
        var schema = new Schema([.. flights.Schema.FieldsList.Where(f => f.Name != "destination")], metadata: null);
        return new RowMap(flights, schema, (batch, first) =>
        {
            if (first > 0)
            {
                return null;
            }

            var distances = ((Int64Array)batch.Column("distance")).Values.ToArray();
            var origins = new StringArray.Builder();
            for (var i = 0; i < batch.Length; i++)
            {
                distances[i] *= 5_280;
                origins = i % 10 == 0 ? origins.AppendNull() : origins.Append(((StringArray)batch.Column("origin")).GetString(i));
            }

            return new RecordBatch(schema, [Columns.Share(batch.Column("date")), Columns.Share(batch.Column("delay")), Columns.Of(distances), origins.Build()], batch.Length);
        });
    }

    private static RecordBatch Take(RecordBatch batch, List<int> rows) => new(
        batch.Schema,
        batch.Schema.FieldsList.Select((field, c) => (IArrowArray)(batch.Column(c) switch
        {
            TimestampArray t => Columns.OfMoments([.. rows.Select(i => t.Values[i])], (TimestampType)field.DataType),
            Int64Array n => Columns.Of([.. rows.Select(i => n.Values[i])]),
            var s => Columns.Of(rows.Select(i => ((StringArray)s).GetString(i))),
        })),
        rows.Count);
}
