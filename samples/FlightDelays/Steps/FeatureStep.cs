using System.Globalization;
using FlightDelays.Flights;
using FlightDelays.Loop;
using Workflow.Data.Partitions;
using Workflow.Data.Tables;
using Workflow.Features.Joins;
using Workflow.Features.Offline;

namespace FlightDelays.Steps;

/// <summary>Computes what could be known about every flight at its departure, by a point-in-time join of the flights with themselves.</summary>
internal static class FeatureStep
{
    public const string File = "features.parquet";

    public static async Task<StepOutcome> RunAsync(string work, TableSource flights, IPartitionRunner runner, CancellationToken cancellationToken)
    {
        var service = FlightFeatures.Service;
        var labels = new LabelTable(flights, "date") { Keep = FlightRows.Keep };
        var sources = new Dictionary<string, TableSource> { [FlightFeatures.Source] = flights };
        using var set = await new PointInTimeJoin(runner).RunAsync(service, labels, sources, cancellationToken);
        await ParquetTable.WriteAsync(
            Path.Combine(work, File),
            FlightRows.From(set.Table, service),
            new ParquetWriteOptions { CompressionLevel = 1, RowGroupRows = 1 << 18 },
            cancellationToken);
        return new StepOutcome(
            string.Create(CultureInfo.InvariantCulture, $"{set.Table.RowCount:N0} rows × {service.FeatureNames.Length} features of {service.Views.Length} views, each as known at departure"),
            new Dictionary<string, string>
            {
                ["service"] = service.Digest.ToString(),
                ["features"] = service.FeatureNames.Length.ToString(CultureInfo.InvariantCulture),
            },
            File);
    }
}
