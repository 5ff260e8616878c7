using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Unicode;
using Apache.Arrow;
using Apache.Arrow.Memory;

namespace Workflow.Data.Tables.Parquet;

/// <summary>Decodes a column of texts or bytes.</summary>
internal class BinaryColumnReader : ColumnReader
{
    /// <summary>The most bytes that one column of one batch may have: 512 MiB.</summary>
    /// <remarks>A small dictionary can stand for any number of bytes: this keeps a hostile file from taking the memory.</remarks>
    internal const int MaximumBatchBytes = 1 << 29;

    private readonly ArrowBuffer.Builder<byte> _offsets = new(0);
    private readonly ArrowBuffer.Builder<byte> _bytes = new(0);
    private readonly bool _isText;
    private readonly DeltaReader _lengths = new();
    private readonly PrefixReader _prefixes = new();
    private readonly TextDictionary _dictionary = new();
    private int[] _indices = [];
    private PageEncoding _encoding;
    private HybridReader _hybrid;
    private int _position;
    private int _end;
    private int _used;

    public BinaryColumnReader(ParquetColumn column, ChunkReader chunks)
        : base(column, chunks) => _isText = column.IsText;

    protected TextDictionary Entries => _dictionary;

    protected bool IsDictionaryEncoded => _encoding is PageEncoding.PlainDictionary or PageEncoding.RleDictionary;

    protected Span<int> Offsets => MemoryMarshal.Cast<byte, int>(_offsets.Span);

    protected ReadOnlySpan<byte> Values => _bytes.Span[.._used];

    public override void StartBatch(int rows)
    {
        base.StartBatch(rows);
        Reserve(_offsets, checked((rows + 1) * sizeof(int)));
        Offsets[0] = 0;
        _used = 0;
    }

    protected override void SetDictionary(int end, int count) => _dictionary.Set(Page, end, count);

    protected override void StartValues(PageEncoding encoding, int start, int end)
    {
        (_encoding, _position, _end) = (encoding, start, end);
        switch (encoding)
        {
            case PageEncoding.Plain:
                break;
            case PageEncoding.PlainDictionary or PageEncoding.RleDictionary:
                _hybrid = start < end ? HybridReader.Start(Page, start + 1, end, Page[start]) : HybridReader.Start(Page, end, end, 0);
                break;
            case PageEncoding.DeltaLengthByteArray:
                _lengths.Start(Page, start, end);
                _position = _lengths.SkipToEnd();
                _lengths.Start(Page, start, end);
                break;
            case PageEncoding.DeltaByteArray:
                _prefixes.Start(Page, start, end);
                break;
            default:
                throw NotSupported(encoding);
        }
    }

    protected override void DecodeValues(int count)
    {
        var ends = Offsets.Slice(Rows + 1, count);
        switch (_encoding)
        {
            case PageEncoding.Plain:
                DecodePlain(ends);
                break;
            case PageEncoding.DeltaLengthByteArray:
                DecodeLengths(ends);
                break;
            case PageEncoding.DeltaByteArray:
                for (var i = 0; i < ends.Length; i++)
                {
                    Append(_prefixes.Next());
                    ends[i] = _used;
                }

                break;
            default:
                Gather(ends);
                break;
        }
    }

    protected override void Spread(ReadOnlySpan<byte> validity, int values, int rows)
    {
        var ends = Offsets.Slice(Rows, rows + 1);
        for (var row = rows; row > 0; row--)
        {
            // A null ends where the last value before it ends.
            ends[row] = ends[values];
            if (Bits.Get(validity, Rows + row - 1))
            {
                values--;
            }
        }
    }

    protected override void AddBuffers(List<ArrowBuffer> buffers, MemoryAllocator allocator)
    {
        if (_isText)
        {
            RequireUtf8();
        }

        buffers.Add(Build(_offsets, (Rows + 1) * sizeof(int), allocator));
        buffers.Add(Build(_bytes, _used, allocator));
    }

    protected void ReadIndices(Span<int> indices) => _hybrid.Read(indices);

    private void RequireUtf8()
    {
        var bytes = Values;
        if (System.Text.Ascii.IsValid(bytes))
        {
            return;
        }

        var isValid = Utf8.IsValid(bytes);
        for (var row = 0; isValid && row < Rows; row++)
        {
            // Valid as a whole, and no value starts inside a character.
            isValid = Offsets[row] >= bytes.Length || (bytes[Offsets[row]] & 0xC0) != 0x80;
        }

        if (!isValid)
        {
            throw new MalformedException("text in UTF-8", "other bytes");
        }
    }

    private void DecodePlain(Span<int> ends)
    {
        var page = Page.AsSpan(0, _end);
        for (var i = 0; i < ends.Length; i++)
        {
            if (_end - _position < sizeof(int))
            {
                throw new MalformedException($"{ends.Length - i} more values in a page", "its end");
            }

            var length = BinaryPrimitives.ReadUInt32LittleEndian(page[_position..]);
            _position += sizeof(int);
            if (length > (uint)(_end - _position))
            {
                throw new MalformedException($"a value of at most {_end - _position} bytes", $"{length}");
            }

            Append(page.Slice(_position, (int)length));
            _position += (int)length;
            ends[i] = _used;
        }
    }

    private void DecodeLengths(Span<int> ends)
    {
        var lengths = Indices(ends.Length);
        _lengths.Read(lengths);
        var start = _position;
        var used = _used;
        for (var i = 0; i < lengths.Length; i++)
        {
            if ((uint)lengths[i] > (uint)(_end - _position))
            {
                throw new MalformedException($"a value of at most {_end - _position} bytes", $"{lengths[i]}");
            }

            _position += lengths[i];
            ends[i] = used + (_position - start);
        }

        Append(Page.AsSpan(start, _position - start));
    }

    private void Gather(Span<int> ends)
    {
        var indices = Indices(ends.Length);
        _hybrid.Read(indices);
        var total = _dictionary.Measure(indices, ends, _used);
        Grow(total);
        _dictionary.Gather(indices, _bytes.Span[_used..]);
        _used = (int)total;
    }

    private Span<int> Indices(int count)
    {
        if (_indices.Length < count)
        {
            _indices = new int[count];
        }

        return _indices.AsSpan(0, count);
    }

    private void Append(ReadOnlySpan<byte> value)
    {
        Grow((long)_used + value.Length);
        value.CopyTo(_bytes.Span[_used..]);
        _used += value.Length;
    }

    private void Grow(long used)
    {
        if (used > MaximumBatchBytes)
        {
            throw new MalformedException($"at most {MaximumBatchBytes} bytes of values in one batch (read fewer rows a batch)", $"{used}");
        }

        if (_bytes.Span.Length < used + ChunkReader.Padding)
        {
            // The builder copies what it holds by its length.
            _bytes.Resize(_used).Resize((int)Math.Max(used + ChunkReader.Padding, Math.Min(2L * _bytes.Span.Length, MaximumBatchBytes + ChunkReader.Padding)));
        }
    }
}
