using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Memory;

namespace Workflow.Data.Tables.Parquet;

/// <summary>Decodes a column whose values all have the same number of bytes.</summary>
internal sealed class FixedColumnReader(ParquetColumn column, ChunkReader chunks) : ColumnReader(column, chunks)
{
    private readonly int _stored = column.StoredWidth;
    private readonly int _width = column.ValueWidth;
    private readonly ValueConversion? _convert = column.Convert;
    private readonly ArrowBuffer.Builder<byte> _values = new(0);
    private byte[] _scratch = [];
    private int[] _indices = [];
    private byte[] _dictionary = [];
    private int _dictionaryCount;
    private PageEncoding _encoding;
    private HybridReader _hybrid;
    private DeltaReader? _delta;
    private PrefixReader? _prefixes;
    private int _position;
    private int _end;
    private int _streamLength;
    private int _streamLeft;

    public override void StartBatch(int rows)
    {
        base.StartBatch(rows);
        Reserve(_values, checked(rows * _width));
    }

    protected override void SetDictionary(int end, int count)
    {
        if ((long)count * _stored > end)
        {
            throw new MalformedException($"{count} dictionary values of {_stored} bytes", $"a page of {end} bytes");
        }

        _dictionaryCount = count;
        if (_dictionary.Length < count * _width)
        {
            _dictionary = new byte[count * _width];
        }

        Convert(Page.AsSpan(0, count * _stored), _dictionary.AsSpan(0, count * _width));
    }

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
            case PageEncoding.DeltaBinaryPacked when Column.Type is PhysicalType.Int32 or PhysicalType.Int64:
                (_delta ??= new DeltaReader()).Start(Page, start, end);
                break;
            case PageEncoding.DeltaByteArray when Column.Type is PhysicalType.FixedLengthByteArray:
                (_prefixes ??= new PrefixReader()).Start(Page, start, end);
                break;
            case PageEncoding.ByteStreamSplit when Column.Type is not PhysicalType.Int96:
                _streamLeft = _streamLength = (end - start) / _stored;
                break;
            default:
                throw NotSupported(encoding);
        }
    }

    protected override void DecodeValues(int count)
    {
        var target = _values.Span.Slice(Rows * _width, count * _width);
        switch (_encoding)
        {
            case PageEncoding.Plain:
                Require(count, (_end - _position) / _stored);
                Convert(Page.AsSpan(_position, count * _stored), target);
                _position += count * _stored;
                break;
            case PageEncoding.PlainDictionary or PageEncoding.RleDictionary:
                Gather(count, target);
                break;
            case PageEncoding.DeltaBinaryPacked:
                DecodeDeltas(count, target);
                break;
            case PageEncoding.DeltaByteArray:
                DecodePrefixes(count, target);
                break;
            default:
                DecodeStreams(count, target);
                break;
        }
    }

    protected override void Spread(ReadOnlySpan<byte> validity, int values, int rows)
    {
        var region = _values.Span.Slice(Rows * _width, rows * _width);
        switch (_width)
        {
            case 1:
                Spread(validity, MemoryMarshal.Cast<byte, byte>(region), values);
                break;
            case 2:
                Spread(validity, MemoryMarshal.Cast<byte, short>(region), values);
                break;
            case 4:
                Spread(validity, MemoryMarshal.Cast<byte, int>(region), values);
                break;
            case 8:
                Spread(validity, MemoryMarshal.Cast<byte, long>(region), values);
                break;
            case 16:
                Spread(validity, MemoryMarshal.Cast<byte, Int128>(region), values);
                break;
            default:
                SpreadBytes(validity, region, values);
                break;
        }
    }

    protected override void AddBuffers(List<ArrowBuffer> buffers, MemoryAllocator allocator) => buffers.Add(Build(_values, Rows * _width, allocator));

    private static void Require(int wanted, int available)
    {
        if (wanted > available)
        {
            throw new MalformedException($"{wanted} more values in a page", $"{available}");
        }
    }

    private void Convert(ReadOnlySpan<byte> stored, Span<byte> target)
    {
        if (_convert is null)
        {
            stored.CopyTo(target);
        }
        else
        {
            _convert(stored, target);
        }
    }

    // From the last row to the first: a value never moves towards values that have not moved yet.
    private void Spread<T>(ReadOnlySpan<byte> validity, Span<T> region, int values)
        where T : struct
    {
        for (var row = region.Length - 1; row >= 0; row--)
        {
            region[row] = Bits.Get(validity, Rows + row) ? region[--values] : default;
        }
    }

    private void SpreadBytes(ReadOnlySpan<byte> validity, Span<byte> region, int values)
    {
        for (var row = (region.Length / _width) - 1; row >= 0; row--)
        {
            var target = region.Slice(row * _width, _width);
            if (Bits.Get(validity, Rows + row))
            {
                region.Slice(--values * _width, _width).CopyTo(target);
            }
            else
            {
                target.Clear();
            }
        }
    }

    private void Gather(int count, Span<byte> target)
    {
        if (_indices.Length < count)
        {
            _indices = new int[count];
        }

        var indices = _indices.AsSpan(0, count);
        _hybrid.Read(indices);
        var dictionary = _dictionary.AsSpan(0, _dictionaryCount * _width);
        switch (_width)
        {
            case 1:
                DictionaryGather.Gather(indices, dictionary, target);
                break;
            case 2:
                DictionaryGather.Gather(indices, MemoryMarshal.Cast<byte, short>(dictionary), MemoryMarshal.Cast<byte, short>(target));
                break;
            case 4:
                DictionaryGather.Gather(indices, MemoryMarshal.Cast<byte, int>(dictionary), MemoryMarshal.Cast<byte, int>(target));
                break;
            case 8:
                DictionaryGather.Gather(indices, MemoryMarshal.Cast<byte, long>(dictionary), MemoryMarshal.Cast<byte, long>(target));
                break;
            case 16:
                DictionaryGather.Gather(indices, MemoryMarshal.Cast<byte, Int128>(dictionary), MemoryMarshal.Cast<byte, Int128>(target));
                break;
            default:
                DictionaryGather.GatherBytes(indices, dictionary, target, _width);
                break;
        }
    }

    private void DecodeDeltas(int count, Span<byte> target)
    {
        var isLong = _stored == sizeof(long);
        var stored = _convert is null ? target : Scratch(count * _stored);
        if (isLong)
        {
            _delta!.Read(MemoryMarshal.Cast<byte, long>(stored));
        }
        else
        {
            _delta!.Read(MemoryMarshal.Cast<byte, int>(stored));
        }

        if (_convert is not null)
        {
            _convert(stored, target);
        }
    }

    private void DecodePrefixes(int count, Span<byte> target)
    {
        var stored = Scratch(count * _stored);
        for (var i = 0; i < count; i++)
        {
            var value = _prefixes!.Next();
            if (value.Length != _stored)
            {
                throw new MalformedException($"values of {_stored} bytes", $"{value.Length} bytes");
            }

            value.CopyTo(stored[(i * _stored)..]);
        }

        Convert(stored, target);
    }

    // Byte k of value i is at position i of stream k; every stream has as many bytes as the page has values.
    private void DecodeStreams(int count, Span<byte> target)
    {
        Require(count, _streamLeft);
        var stored = _convert is null ? target : Scratch(count * _stored);
        for (var k = 0; k < _stored; k++)
        {
            var stream = Page.AsSpan(_position + (k * _streamLength), count);
            for (var i = 0; i < stream.Length; i++)
            {
                stored[(i * _stored) + k] = stream[i];
            }
        }

        _position += count;
        _streamLeft -= count;
        if (_convert is not null)
        {
            _convert(stored, target);
        }
    }

    private Span<byte> Scratch(int bytes)
    {
        if (_scratch.Length < bytes)
        {
            _scratch = new byte[Math.Max(bytes, 2 * _scratch.Length)];
        }

        return _scratch.AsSpan(0, bytes);
    }
}
