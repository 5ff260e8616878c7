using System.Buffers.Binary;
using System.Globalization;
using Apache.Arrow;
using Apache.Arrow.Memory;

namespace Workflow.Data.Tables.Parquet;

/// <summary>Decodes one column into Arrow arrays, batch by batch. Not thread-safe.</summary>
/// <remarks>
/// Values are decoded into builders that live as long as the pass, and copied once into the caller's allocator when a batch is
/// complete: so a damaged page costs no Arrow memory, and a finished buffer has exactly the size of its content.
/// </remarks>
internal abstract class ColumnReader : IDisposable
{
    private readonly ArrowBuffer.Builder<byte> _validity = new(0);
    private readonly ChunkReader _chunks;
    private readonly bool _isOptional;
    private HybridReader _levels;
    private long _rowsLeftInGroup;
    private int _rowsLeftInPage;
    private int _nulls;
    private bool _hasDictionary;

    protected ColumnReader(ParquetColumn column, ChunkReader chunks)
    {
        Column = column;
        _chunks = chunks;
        _isOptional = column.Field.IsNullable;
    }

    public ParquetColumn Column { get; }

    public string Location => string.Create(CultureInfo.InvariantCulture, $"column '{Column.Field.Name}', row group {Math.Max(0, _chunks.RowGroup)}");

    /// <summary>Gets the rows of the current batch so far.</summary>
    protected int Rows { get; private set; }

    /// <summary>Gets the page that is being decoded, readable for <see cref="ChunkReader.Padding"/> bytes after its end.</summary>
    protected byte[] Page => _chunks.Page;

    public void StartRowGroup(long rows)
    {
        if (_rowsLeftInPage != 0)
        {
            throw new MalformedException("no values after the last row of a row group", $"{_rowsLeftInPage} more");
        }

        _chunks.StartRowGroup();
        _rowsLeftInGroup = rows;
        _hasDictionary = false;
        OnRowGroup();
    }

    /// <summary>Starts an empty batch.</summary>
    /// <param name="rows">The most rows it will get.</param>
    public virtual void StartBatch(int rows)
    {
        (Rows, _nulls) = (0, 0);
        if (_isOptional)
        {
            Reserve(_validity, ((rows + 7) >> 3) + sizeof(ulong)).Clear();
        }
    }

    /// <summary>Decodes the next rows of the current row group into the current batch.</summary>
    public async ValueTask ReadAsync(int rows, CancellationToken cancellationToken)
    {
        while (rows > 0)
        {
            while (_rowsLeftInPage == 0)
            {
                if (!_chunks.HasPage)
                {
                    throw new MalformedException($"{_rowsLeftInGroup} more rows", "the end of the column");
                }

                await _chunks.ReadPageAsync(cancellationToken).ConfigureAwait(false);
                StartPage(_chunks.Header);
            }

            var count = Math.Min(rows, _rowsLeftInPage);
            Decode(count);
            rows -= count;
            Rows += count;
            _rowsLeftInPage -= count;
            _rowsLeftInGroup -= count;
        }
    }

    /// <summary>Builds the array of the current batch.</summary>
    public IArrowArray Finish(MemoryAllocator allocator)
    {
        var buffers = new List<ArrowBuffer>(3);
        try
        {
            buffers.Add(_nulls == 0 ? ArrowBuffer.Empty : Build(_validity, (Rows + 7) >> 3, allocator));
            AddBuffers(buffers, allocator);
            var data = new ArrayData(Column.Field.DataType, Rows, _nulls, 0, [.. buffers], children: null, BuildDictionary(allocator));
            return ArrowArrayFactory.BuildArray(data);
        }
        catch
        {
            buffers.ForEach(b => b.Dispose());
            throw;
        }
    }

    public virtual void Dispose() => _chunks.Dispose();

    /// <summary>Takes a dictionary page.</summary>
    protected abstract void SetDictionary(int end, int count);

    /// <summary>Starts decoding the values of a page.</summary>
    /// <param name="encoding">How they are encoded.</param>
    /// <param name="start">Where in <see cref="Page"/> they start.</param>
    /// <param name="end">Where they end.</param>
    protected abstract void StartValues(PageEncoding encoding, int start, int end);

    /// <summary>Decodes values, without gaps for nulls, to row <see cref="Rows"/> of the current batch on.</summary>
    protected abstract void DecodeValues(int count);

    /// <summary>Moves values that were decoded without gaps to their rows.</summary>
    /// <param name="validity">Bit <see cref="Rows"/> + i says whether row i has a value.</param>
    /// <param name="values">How many there are.</param>
    /// <param name="rows">How many rows they belong to.</param>
    protected abstract void Spread(ReadOnlySpan<byte> validity, int values, int rows);

    /// <summary>Copies the values of the batch into Arrow memory.</summary>
    protected abstract void AddBuffers(List<ArrowBuffer> buffers, MemoryAllocator allocator);

    /// <summary>Builds the dictionary that the values of the batch point into; none by default.</summary>
    protected virtual ArrayData? BuildDictionary(MemoryAllocator allocator) => null;

    /// <summary>Forgets what belonged to the row group before.</summary>
    protected virtual void OnRowGroup()
    {
    }

    /// <summary>Makes a builder hold this many bytes; they are not cleared.</summary>
    protected static Span<byte> Reserve(ArrowBuffer.Builder<byte> builder, int bytes)
    {
        builder.Resize(bytes);
        return builder.Span[..bytes];
    }

    protected static ArrowBuffer Build(ArrowBuffer.Builder<byte> builder, int bytes, MemoryAllocator allocator) => builder.Resize(bytes).Build(allocator);

    protected NotSupportedException NotSupported(PageEncoding encoding) =>
        new($"Column '{Column.Field.Name}' has {Column.Type} values encoded as {encoding}, which cannot be read; write the file with plain, dictionary, delta or byte-stream-split encoding.");

    private void StartPage(in PageHeader header)
    {
        switch (header.Kind)
        {
            case PageKind.Index:
                break;
            case PageKind.Dictionary:
                if (_hasDictionary || header.Encoding is not (PageEncoding.Plain or PageEncoding.PlainDictionary))
                {
                    throw new MalformedException("at most one plain dictionary page a column", _hasDictionary ? "a second" : $"one encoded as {header.Encoding}");
                }

                SetDictionary(_chunks.PageEnd, header.ValueCount);
                _hasDictionary = true;
                break;
            default:
                StartDataPage(header);
                break;
        }
    }

    private void StartDataPage(in PageHeader header)
    {
        if (header.ValueCount > _rowsLeftInGroup)
        {
            throw new MalformedException($"a page of at most the {_rowsLeftInGroup} rows left in its row group", $"{header.ValueCount}");
        }

        var start = 0;
        if (header.Kind == PageKind.DataVersion2)
        {
            start = header.DefinitionBytes + header.RepetitionBytes;
            _levels = HybridReader.Start(Page, header.RepetitionBytes, start, 1);
        }
        else if (_isOptional)
        {
            if (header.LevelEncoding != PageEncoding.Rle)
            {
                throw NotSupported(header.LevelEncoding);
            }

            start = ReadLevelsLength();
            _levels = HybridReader.Start(Page, sizeof(int), start, 1);
        }

        if (header.Encoding is PageEncoding.PlainDictionary or PageEncoding.RleDictionary && !_hasDictionary && start < _chunks.PageEnd)
        {
            throw new MalformedException("a dictionary page before the indices into it", "none");
        }

        _rowsLeftInPage = header.ValueCount;
        StartValues(header.Encoding, start, _chunks.PageEnd);
    }

    private int ReadLevelsLength()
    {
        if (_chunks.PageEnd < sizeof(int))
        {
            throw new MalformedException("definition levels", $"a page of {_chunks.PageEnd} bytes");
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(Page);
        return length <= (uint)(_chunks.PageEnd - sizeof(int))
            ? sizeof(int) + (int)length
            : throw new MalformedException($"at most {_chunks.PageEnd - sizeof(int)} bytes of definition levels", $"{length}");
    }

    private void Decode(int rows)
    {
        if (!_isOptional)
        {
            DecodeValues(rows);
            return;
        }

        var validity = _validity.Span;
        var values = _levels.ReadBits(validity, Rows, rows);
        if (values > 0)
        {
            DecodeValues(values);
        }

        if (values < rows)
        {
            _nulls += rows - values;
            Spread(validity, values, rows);
        }
    }
}
