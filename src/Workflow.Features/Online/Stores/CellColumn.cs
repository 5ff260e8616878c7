using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Workflow.Features.Online.Stores;

/// <summary>Collects cells, as <see cref="CellWriter"/> wrote them, into one Arrow array. Not thread-safe; used once.</summary>
internal sealed class CellColumn
{
    private readonly IArrowType _type;
    private readonly int _width;
    private readonly CellColumn? _items;
    private readonly List<int> _offsets = [0];
    private readonly List<byte> _validity = [];
    private byte[] _bytes;
    private int _used;
    private int _count;
    private int _nulls;

    public CellColumn(IArrowType type, int rows)
    {
        (_type, _width) = (type, CellType.Width(type));
        _items = type is ListType list ? new CellColumn(list.ValueDataType, rows) : null;
        _bytes = new byte[_width > 0 ? checked(rows * _width) : 0];
    }

    public void AppendNull()
    {
        Mark(isValid: false);
        if (_width > 0)
        {
            Reserve(_width).Clear();
        }

        _offsets.Add(_items?._count ?? _used);
    }

    /// <summary>Appends a cell.</summary>
    /// <exception cref="InvalidDataException">It is no cell of the type.</exception>
    public void Append(ReadOnlySpan<byte> cell)
    {
        Mark(isValid: true);
        if (_items is not null)
        {
            AppendItems(cell);
        }
        else if (_width > 0 && cell.Length != _width)
        {
            throw new InvalidDataException($"Expected a cell of {_width} bytes, got {cell.Length}.");
        }
        else
        {
            cell.CopyTo(Reserve(cell.Length));
        }

        _offsets.Add(_items?._count ?? _used);
    }

    public IArrowArray Build() => ArrowArrayFactory.BuildArray(Data());

    private ArrayData Data()
    {
        var validity = _nulls == 0 ? ArrowBuffer.Empty : new ArrowBuffer(CollectionsMarshal.AsSpan(_validity).ToArray());
        if (_type is BooleanType)
        {
            var bits = new byte[(_count + 7) / 8];
            for (var i = 0; i < _count; i++)
            {
                bits[i >> 3] |= (byte)(_bytes[i] << (i & 7));
            }

            return new ArrayData(_type, _count, _nulls, 0, [validity, new ArrowBuffer(bits)]);
        }

        if (_width > 0)
        {
            return new ArrayData(_type, _count, _nulls, 0, [validity, new ArrowBuffer(_bytes.AsMemory(0, _used))]);
        }

        var offsets = new ArrowBuffer(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_offsets)).ToArray());
        return _items is null
            ? new ArrayData(_type, _count, _nulls, 0, [validity, offsets, new ArrowBuffer(_bytes.AsMemory(0, _used))])
            : new ArrayData(_type, _count, _nulls, 0, [validity, offsets], [_items.Data()]);
    }

    private void AppendItems(ReadOnlySpan<byte> cell)
    {
        var count = Length(ref cell);
        for (var i = 0; i < count; i++)
        {
            var isValid = Take(ref cell, 1)[0] == 1;
            if (isValid)
            {
                _items!.Append(Take(ref cell, _items._width > 0 ? _items._width : Length(ref cell)));
            }
            else
            {
                _items!.AppendNull();
            }
        }
    }

    private static int Length(ref ReadOnlySpan<byte> cell) => BinaryPrimitives.ReadInt32LittleEndian(Take(ref cell, 4));

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> cell, int length)
    {
        if (length < 0 || length > cell.Length)
        {
            throw new InvalidDataException($"Expected {length} more bytes in a cell, got {cell.Length}.");
        }

        var taken = cell[..length];
        cell = cell[length..];
        return taken;
    }

    private void Mark(bool isValid)
    {
        if ((_count & 7) == 0)
        {
            _validity.Add(0);
        }

        _validity[^1] |= (byte)(isValid ? 1 << (_count & 7) : 0);
        _nulls += isValid ? 0 : 1;
        _count++;
    }

    private Span<byte> Reserve(int length)
    {
        if (_used + length > _bytes.Length)
        {
            System.Array.Resize(ref _bytes, Math.Max(checked(_used + length), 2 * _bytes.Length));
        }

        _used += length;
        return _bytes.AsSpan(_used - length, length);
    }
}
