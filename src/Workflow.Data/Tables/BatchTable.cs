using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Apache.Arrow;

namespace Workflow.Data.Tables;

/// <summary>A table held in memory. Owns its batches until it is disposed.</summary>
/// <remarks>Safe for concurrent reading; dispose it after the last reader has finished.</remarks>
public sealed class BatchTable : TableSource, IDisposable
{
    private readonly ImmutableArray<RecordBatch> _batches;
    private bool _disposed;

    /// <summary>Takes ownership of batches that all have one schema.</summary>
    /// <param name="schema">The schema of every batch.</param>
    /// <param name="batches">The rows, in order. Owned by this table from now on.</param>
    /// <exception cref="ArgumentException">A batch has another number of columns than <paramref name="schema"/>.</exception>
    public BatchTable(Schema schema, IEnumerable<RecordBatch> batches)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(batches);
        Schema = schema;
        _batches = [.. batches];
        foreach (var batch in _batches)
        {
            if (batch.ColumnCount != schema.FieldsList.Count)
            {
                throw new ArgumentException($"Expected batches of {schema.FieldsList.Count} columns, got one of {batch.ColumnCount}.", nameof(batches));
            }
        }

        RowCount = _batches.Sum(b => (long)b.Length);
    }

    /// <inheritdoc/>
    public override Schema Schema { get; }

    /// <inheritdoc/>
    public override long? RowCount { get; }

    /// <summary>Reads a whole source into memory.</summary>
    /// <param name="source">What to read.</param>
    /// <param name="columns">The columns wanted; null for all.</param>
    /// <param name="cancellationToken">Observed between batches.</param>
    /// <returns>A table that the caller disposes.</returns>
    public static async Task<BatchTable> LoadAsync(TableSource source, IReadOnlyList<string>? columns = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        var schema = columns is null ? source.Schema : Project(source.Schema, TableSchema.Resolve(source.Schema, columns, source.Describe()));
        var batches = new List<RecordBatch>();
        try
        {
            await foreach (var batch in source.ReadAsync(columns, cancellationToken).ConfigureAwait(false))
            {
                batches.Add(batch);
            }
        }
        catch
        {
            batches.ForEach(b => b.Dispose());
            throw;
        }

        return new BatchTable(schema, batches);
    }

    /// <inheritdoc/>
    public override string Describe() => $"table in memory ({RowCount} rows)";

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            foreach (var batch in _batches)
            {
                batch.Dispose();
            }
        }
    }

    internal static Schema Project(Schema schema, ImmutableArray<int> columns) =>
        new([.. columns.Select(i => schema.FieldsList[i])], schema.Metadata);

#pragma warning disable CS1998 // The base contract is asynchronous; memory is not.
    /// <inheritdoc/>
    protected override async IAsyncEnumerable<RecordBatch> ReadCoreAsync(ImmutableArray<int> columns, [EnumeratorCancellation] CancellationToken cancellationToken)
#pragma warning restore CS1998
    {
        var schema = Project(Schema, columns);
        foreach (var batch in _batches)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ObjectDisposedException.ThrowIf(_disposed, this);

            // Shared slices are counted references: the reader disposes its own, this table keeps the bytes.
            using var whole = batch.SliceShared(0, batch.Length);
            yield return new RecordBatch(schema, [.. columns.Select(i => Share(batch.Column(i)))], batch.Length);
        }
    }

    private static IArrowArray Share(IArrowArray array) => ArrowArrayFactory.BuildArray(array.Data.SliceShared(0, array.Length));
}
