using Apache.Arrow;
namespace Workflow.Data.Tables.Parquet;
internal static class ParquetFileWriter { public static Task WriteAsync(string path, Schema schema, IAsyncEnumerable<RecordBatch> batches, ParquetWriteOptions options, CancellationToken cancellationToken) => throw new NotSupportedException(path); }
