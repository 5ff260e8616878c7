using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Workflow.Features.Online.Stores;

/// <summary>Collects the values of a column, as a store gives them, into one Arrow array. Not thread-safe; used once.</summary>
/// <remarks>
/// A cell is the bytes of a value. Of fixed width: little-endian, a boolean one byte. Text and bytes: themselves. A list: 4 bytes of
/// count, then for each item one byte that says whether it is there, 4 bytes of length where lengths differ, and its cell.
/// </remarks>
public sealed class OnlineColumn
{
    private readonly IArrowType _type;
    private readonly int _width;
    private readonly int _rows;
    private readonly OnlineColumn? _items;
    private readonly List<int>? _offsets;
    private byte[]? _validity;
    private byte[] _bytes;
    private int _used;
    private int _nulls;

    /// <summary>Begins a column.</summary>
    /// <param name="type">The type that the column is to have.</param>
    /// <param name="rows">About how many values are coming.</param>
    public OnlineColumn(IArrowType type, int rows)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        (_type, _width, _rows) = (type, CellType.Width(type), rows);
        _items = type is ListType list ? new OnlineColumn(list.ValueDataType, rows) : null;
        _offsets = _width > 0 ? null : [0];
        _bytes = new byte[_width > 0 ? checked(rows * _width) : 0];
    }

    /// <summary>Gets the number of values so far.</summary>
    public int Count { get; private set; }

    /// <summary>Appends null.</summary>
    public void AppendNull()
    {
        Mark(isValid: false);
        if (_width > 0)
        {
            Reserve(_width).Clear();
        }

        _offsets?.Add(_items?.Count ?? _used);
    }

    /// <summary>Appends a value.</summary>
    /// <param name="cell">Its bytes; copied.</param>
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

        _offsets?.Add(_items?.Count ?? _used);
    }

    /// <summary>Gives the array, which the caller disposes.</summary>
    public IArrowArray Build() => ArrowArrayFactory.BuildArray(Data());

    private ArrayData Data()
    {
        var validity = _validity is null ? ArrowBuffer.Empty : new ArrowBuffer(_validity);
        if (_type is BooleanType)
        {
            var bits = new byte[(Count + 7) / 8];
            for (var i = 0; i < Count; i++)
            {
                bits[i >> 3] |= (byte)(_bytes[i] << (i & 7));
            }

            return new ArrayData(_type, Count, _nulls, 0, [validity, new ArrowBuffer(bits)]);
        }

        if (_width > 0)
        {
            return new ArrayData(_type, Count, _nulls, 0, [validity, new ArrowBuffer(_bytes.AsMemory(0, _used))]);
        }

        var offsets = new ArrowBuffer(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_offsets!)).ToArray());
        return _items is null
            ? new ArrayData(_type, Count, _nulls, 0, [validity, offsets, new ArrowBuffer(_bytes.AsMemory(0, _used))])
            : new ArrayData(_type, Count, _nulls, 0, [validity, offsets], [_items.Data()]);
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
        if (!isValid && _validity is null)
        {
            _validity = new byte[(Math.Max(_rows, Count + 1) + 7) / 8];
            for (var i = 0; i < Count; i++)
            {
                _validity[i >> 3] |= (byte)(1 << (i & 7));
            }
        }

        if (_validity is not null)
        {
            if (Count >> 3 >= _validity.Length)
            {
                System.Array.Resize(ref _validity, 2 * _validity.Length);
            }

            _validity[Count >> 3] |= (byte)(isValid ? 1 << (Count & 7) : 0);
        }

        _nulls += isValid ? 0 : 1;
        Count++;
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
