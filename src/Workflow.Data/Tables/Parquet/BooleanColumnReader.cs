using System.Buffers.Binary;
using Apache.Arrow;
using Apache.Arrow.Memory;

namespace Workflow.Data.Tables.Parquet;

/// <summary>Decodes a column of booleans into an Arrow bitmap.</summary>
internal sealed class BooleanColumnReader(ParquetColumn column, ChunkReader chunks) : ColumnReader(column, chunks)
{
    private readonly ArrowBuffer.Builder<byte> _values = new(0);
    private byte[] _dense = [];
    private PageEncoding _encoding;
    private HybridReader _runs;
    private long _bit;
    private long _endBit;

    public override void StartBatch(int rows)
    {
        base.StartBatch(rows);
        Reserve(_values, ((rows + 7) >> 3) + sizeof(ulong)).Clear();
    }

    protected override void SetDictionary(int end, int count) => throw new MalformedException("booleans without a dictionary", "a dictionary page");

    protected override void StartValues(PageEncoding encoding, int start, int end)
    {
        _encoding = encoding;
        switch (encoding)
        {
            case PageEncoding.Plain:
                (_bit, _endBit) = (start * 8L, end * 8L);
                break;
            case PageEncoding.Rle:
                var length = end - start < sizeof(int) ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(Page.AsSpan(start));
                if (length > Math.Max(0, end - start - sizeof(int)))
                {
                    throw new MalformedException($"at most {end - start - sizeof(int)} bytes of booleans", $"{length}");
                }

                _runs = HybridReader.Start(Page, Math.Min(end, start + sizeof(int)), Math.Min(end, start + sizeof(int)) + (int)length, 1);
                break;
            default:
                throw NotSupported(encoding);
        }
    }

    protected override void DecodeValues(int count) => Append(_values.Span, Rows, count);

    // The values stand without gaps where the rows start: take them out, then put each where its row is.
    protected override void Spread(ReadOnlySpan<byte> validity, int values, int rows)
    {
        var bitmap = _values.Span;
        var bytes = ((values + 7) >> 3) + sizeof(ulong);
        if (_dense.Length < bytes)
        {
            _dense = new byte[bytes];
        }

        _dense.AsSpan().Clear();
        for (var i = 0; i < values; i++)
        {
            if (Bits.Get(bitmap, Rows + i))
            {
                Bits.Set(_dense, i, 1);
                bitmap[(Rows + i) >> 3] &= (byte)~(1 << ((Rows + i) & 7));
            }
        }

        for (int row = 0, i = 0; row < rows; row++)
        {
            if (Bits.Get(validity, Rows + row) && Bits.Get(_dense, i++))
            {
                Bits.Set(bitmap, Rows + row, 1);
            }
        }
    }

    protected override void AddBuffers(List<ArrowBuffer> buffers, MemoryAllocator allocator) => buffers.Add(Build(_values, (Rows + 7) >> 3, allocator));

    private void Append(Span<byte> target, int start, int count)
    {
        if (_encoding == PageEncoding.Rle)
        {
            _runs.ReadBits(target, start, count);
            return;
        }

        if (count > _endBit - _bit)
        {
            throw new MalformedException($"{count} more values in a page", $"{_endBit - _bit}");
        }

        Bits.Copy(Page, _bit, target, start, count);
        _bit += count;
    }
}
