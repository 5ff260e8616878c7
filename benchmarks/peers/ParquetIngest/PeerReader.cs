using ParquetSharp.Arrow;
using Workflow.Data.Tables;

namespace ParquetIngest;

/// <summary>Reads with ParquetSharp's Arrow reader: Arrow C++, one thread, batches of the same size.</summary>
internal static class PeerReader
{
    public static async Task<long> ReadAsync(string file)
    {
        var rows = 0L;
        using var properties = ArrowReaderProperties.GetDefault();
        properties.BatchSize = TableSource.DefaultBatchRows;
        properties.UseThreads = false;
        using var reader = new FileReader(file, arrowProperties: properties);
        using var batches = reader.GetRecordBatchReader();
        while (await batches.ReadNextRecordBatchAsync() is { } batch)
        {
            using (batch)
            {
                rows += batch.Length;
            }
        }

        return rows;
    }

}
