using System.Collections.Immutable;
using Apache.Arrow;
using Apache.Arrow.Memory;
using Apache.Arrow.Types;
using Microsoft.Win32.SafeHandles;

namespace Workflow.Data.Tables.Parquet;

/// <summary>One pass over the wanted columns of a Parquet file. Not thread-safe; owns the file handle.</summary>
internal sealed class ParquetScan : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly ParquetFooter _footer;
    private readonly ImmutableArray<ColumnReader> _columns;
    private readonly PageDecompressor _decompressor = new();
    private readonly Schema _schema;
    private readonly MemoryAllocator _allocator;
    private readonly bool _breaksAtRowGroups;
    private int _group = -1;
    private long _rowsLeftInGroup;
    private long _rowsLeft;

    /// <param name="file">Owned from now on.</param>
    /// <param name="footer">The file's footer.</param>
    /// <param name="columns">The wanted columns and their positions in the file.</param>
    /// <param name="allocator">Where the batches live.</param>
    public ParquetScan(SafeFileHandle file, ParquetFooter footer, ImmutableArray<(int Index, ParquetColumn Column)> columns, MemoryAllocator allocator)
    {
        (_file, _footer, _allocator, _rowsLeft) = (file, footer, allocator, footer.RowCount);
        _columns = [.. columns.Select(c => c.Column.CreateReader(new ChunkReader(file, [.. footer.RowGroups.Select(g => g.Columns[c.Index])], _decompressor)))];
        _schema = new Schema(columns.Select(c => c.Column.Field), metadata: null);

        // A dictionary belongs to one row group; a batch has one dictionary a column.
        _breaksAtRowGroups = columns.Any(c => c.Column.Field.DataType is DictionaryType);
    }

    /// <summary>Gets where in the file the pass is, for messages.</summary>
    public string Location { get; private set; } = "first row group";

    /// <summary>Reads the next batch.</summary>
    /// <returns>Null at the end.</returns>
    public async ValueTask<RecordBatch?> NextAsync(int batchRows, CancellationToken cancellationToken)
    {
        var wanted = (int)Math.Min(batchRows, _rowsLeft);
        if (wanted == 0)
        {
            return null;
        }

        foreach (var column in _columns)
        {
            column.StartBatch(wanted);
        }

        var rows = 0;
        while (rows < wanted)
        {
            if (_rowsLeftInGroup == 0 && !StartGroup(rows))
            {
                break;
            }

            var count = (int)Math.Min(wanted - rows, _rowsLeftInGroup);
            foreach (var column in _columns)
            {
                Location = column.Location;
                await column.ReadAsync(count, cancellationToken).ConfigureAwait(false);
            }

            rows += count;
            _rowsLeft -= count;
            _rowsLeftInGroup -= count;
        }

        return Finish(rows);
    }

    public void Dispose()
    {
        foreach (var column in _columns)
        {
            column.Dispose();
        }

        _decompressor.Dispose();
        _file.Dispose();
    }

    private bool StartGroup(int rows)
    {
        if (rows > 0 && _breaksAtRowGroups)
        {
            return false;
        }

        do
        {
            _group++;
            _rowsLeftInGroup = _footer.RowGroups[_group].RowCount;
            foreach (var column in _columns)
            {
                column.StartRowGroup(_rowsLeftInGroup);
            }
        }
        while (_rowsLeftInGroup == 0);
        return true;
    }

    private RecordBatch Finish(int rows)
    {
        var arrays = new List<IArrowArray>(_columns.Length);
        try
        {
            foreach (var column in _columns)
            {
                Location = column.Location;
                arrays.Add(column.Finish(_allocator));
            }

            return new RecordBatch(_schema, arrays, rows);
        }
        catch
        {
            arrays.ForEach(a => a.Dispose());
            throw;
        }
    }
}
