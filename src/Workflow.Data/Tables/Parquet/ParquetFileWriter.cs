using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Reflection;
using Apache.Arrow;
using Workflow.Data.Storage;

namespace Workflow.Data.Tables.Parquet;

/// <summary>Writes row groups and the footer.</summary>
internal static class ParquetFileWriter
{
    private static readonly string Creator =
        $"Workflow.Data version {typeof(ParquetFileWriter).Assembly.GetCustomAttribute<AssemblyFileVersionAttribute>()?.Version ?? "0"}";

    public static Task WriteAsync(string path, Schema schema, IAsyncEnumerable<RecordBatch> batches, ParquetWriteOptions options, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(batches);
        if (options.RowGroupRows is < 1 or > 1 << 24 || options.CompressionLevel is < 0 or > 22)
        {
            throw new ArgumentOutOfRangeException(
                nameof(options),
                $"{nameof(options.RowGroupRows)} must be from 1 to {1 << 24} (is {options.RowGroupRows}) and {nameof(options.CompressionLevel)} from 0 to 22 (is {options.CompressionLevel}).");
        }

        var columns = WriteColumn.Map(schema);
        return AtomicFile.WriteAsync(path, (stream, token) => WriteAsync(stream, schema, columns, batches, options, token), cancellationToken);
    }

    private static async Task WriteAsync(Stream stream, Schema schema, ImmutableArray<WriteColumn> columns, IAsyncEnumerable<RecordBatch> batches, ParquetWriteOptions options, CancellationToken cancellationToken)
    {
        using var groups = new RowGroupWriter(stream, columns, options);
        await stream.WriteAsync("PAR1"u8.ToArray(), cancellationToken).ConfigureAwait(false);
        await foreach (var batch in batches.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            using (batch)
            {
                TableSchema.Require(schema, batch.Schema, "the Parquet file being written");
                var arrays = columns.Select(c => batch.Column(c.Field.Name)).ToList();
                await groups.AppendAsync(arrays, batch.Length, cancellationToken).ConfigureAwait(false);
            }
        }

        await groups.FlushAsync(cancellationToken).ConfigureAwait(false);
        var footer = BuildFooter(columns, groups);
        var length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, footer.Length);
        await stream.WriteAsync(footer, cancellationToken).ConfigureAwait(false);
        await stream.WriteAsync(length, cancellationToken).ConfigureAwait(false);
        await stream.WriteAsync("PAR1"u8.ToArray(), cancellationToken).ConfigureAwait(false);
    }

    private static ReadOnlyMemory<byte> BuildFooter(ImmutableArray<WriteColumn> columns, RowGroupWriter groups)
    {
        var footer = new CompactWriter().Begin().I32(1, 2).List(2, CompactReader.Struct, columns.Length + 1);
        footer.Begin().Text(4, "schema").I32(5, columns.Length).End();
        foreach (var column in columns)
        {
            column.WriteSchema(footer);
        }

        groups.WriteSummary(footer);
        return footer.Text(6, Creator).End().Bytes;
    }
}
