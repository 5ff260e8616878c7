#!/usr/bin/env dotnet
#:project ../src/Workflow.Data/Workflow.Data.csproj
#:property PublishAot=false
#:property NoWarn=$(NoWarn);CA2007;CA1303;CS1591;EnableGenerateDocumentationFile

// Makes samples/FlightDelays/data/flights-busiest.parquet from the 3-million-row file:
//   dotnet run eng/make-flights-subset.cs ../shared/data/flights/flights-3m.parquet samples/FlightDelays/data/flights-busiest.parquet
using System.Globalization;
using Apache.Arrow;
using Workflow.Data.Tables;

string[] busiest = ["ORD", "DFW", "ATL", "LAX", "PHX"];
var source = await ParquetTable.OpenAsync(args[0]);
var kept = Kept();
await ParquetTable.WriteStreamAsync(args[1], source.Schema, kept, new ParquetWriteOptions { CompressionLevel = 19, TryEveryEncoding = true });
var written = await ParquetTable.OpenAsync(args[1]);
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{written.RowCount} rows, {new FileInfo(args[1]).Length} bytes"));

async IAsyncEnumerable<RecordBatch> Kept()
{
    await foreach (var batch in source.ReadAsync())
    {
        using (batch)
        {
            var origins = (StringArray)batch.Column("origin");
            var dates = new TimestampArray.Builder((Apache.Arrow.Types.TimestampType)source.Schema.GetFieldByName("date").DataType);
            var (delays, distances) = (new Int64Array.Builder(), new Int64Array.Builder());
            var (from, to) = (new StringArray.Builder(), new StringArray.Builder());
            var rows = 0;
            for (var i = 0; i < batch.Length; i++)
            {
                if (!busiest.Contains(origins.GetString(i)))
                {
                    continue;
                }

                dates.Append(((TimestampArray)batch.Column("date")).GetTimestamp(i)!.Value);
                delays.Append(((Int64Array)batch.Column("delay")).GetValue(i)!.Value);
                distances.Append(((Int64Array)batch.Column("distance")).GetValue(i)!.Value);
                from.Append(origins.GetString(i));
                to.Append(((StringArray)batch.Column("destination")).GetString(i));
                rows++;
            }

            yield return new RecordBatch(source.Schema, [dates.Build(), delays.Build(), distances.Build(), from.Build(), to.Build()], rows);
        }
    }
}
