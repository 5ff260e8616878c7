using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using Apache.Arrow;
using Apache.Arrow.Ipc;
using Workflow.Data.Registry;
using Workflow.Data.Tables;

namespace Workflow.Inference.Predictions;

/// <summary>A prediction log as a table: the files that were there when it was opened, day by day, in the order in which they were written.</summary>
/// <remarks>Safe for concurrent use.</remarks>
public sealed class PredictionLogTable : TableSource
{
    private readonly ImmutableArray<string> _files;
    private readonly string _folder;

    private PredictionLogTable(Schema schema, ImmutableArray<string> files, string folder) => (Schema, _files, _folder) = (schema, files, folder);

    /// <inheritdoc/>
    public override Schema Schema { get; }

    /// <inheritdoc/>
    public override long? RowCount => _files.IsEmpty ? 0 : null;

    /// <summary>Opens a log.</summary>
    /// <param name="query">Which part of it.</param>
    /// <returns>A table; without rows where nothing was logged.</returns>
    /// <exception cref="ArgumentException">The model's name is none.</exception>
    public static PredictionLogTable Open(PredictionLogQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        var folder = PredictionFiles.ModelFolder(query.Folder, query.Model);
        var days = Directory.Exists(folder) ? Directory.GetDirectories(folder, "date=*") : [];
        var files = days
            .Where(day => DateOnly.TryParseExact(Path.GetFileName(day)["date=".Length..], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
                && (query.From is not { } from || date >= from) && (query.Until is not { } until || date < until))
            .SelectMany(day => Directory.GetFiles(day, "part-*.arrow"))
            .Order(StringComparer.Ordinal);
        return new PredictionLogTable(PredictionLogSchema.For(query.Signature), [.. files], folder);
    }

    /// <inheritdoc/>
    public override string Describe() => $"prediction log '{_folder}' ({_files.Length} files)";

    /// <inheritdoc/>
    protected override async IAsyncEnumerable<RecordBatch> ReadCoreAsync(ImmutableArray<int> columns, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var wanted = new Schema([.. columns.Select(c => Schema.FieldsList[c])], metadata: null);
        foreach (var file in _files)
        {
            var stream = File.OpenRead(file);
            await using (stream.ConfigureAwait(false))
            {
                using var reader = new ArrowFileReader(stream, leaveOpen: true);
                var number = 0;
                while (await ReadNextAsync(reader, file, cancellationToken).ConfigureAwait(false) is { } batch)
                {
                    using (batch)
                    {
                        if (number++ == 0)
                        {
                            TableSchema.Require(wanted, batch.Schema, $"the prediction log's file '{file}'");
                        }

                        // The buffers of an IPC message belong to its batch as a whole: what is wanted of it is copied.
                        var arrays = wanted.FieldsList.Select(f => ArrowArrayFactory.BuildArray(batch.Column(batch.Schema.GetFieldIndex(f.Name)).Data.Clone()));
                        yield return new RecordBatch(wanted, [.. arrays], batch.Length);
                    }
                }
            }
        }
    }

    private static async Task<RecordBatch?> ReadNextAsync(ArrowFileReader reader, string file, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadNextRecordBatchAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not (OperationCanceledException or IOException or OutOfMemoryException))
        {
            throw new InvalidDataException($"'{file}' is no file of a prediction log: {fault.Message} Remove it, or restore it from a backup.", fault);
        }
    }
}
