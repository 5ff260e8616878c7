using System.Buffers.Binary;
using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Features.Aggregation;
using Workflow.Features.Joins;

namespace Workflow.Features.Online;

/// <summary>The values of one column that passes through, by the slots of its events: bytes in one array where they have a fixed width. Not thread-safe.</summary>
internal sealed class KeptCells
{
    private readonly int _width;
    private byte[] _bytes = [];
    private bool[] _valid = [];
    private byte[]?[] _blobs = [];

    /// <summary>Prepares a column.</summary>
    /// <param name="type">The column's type; one that <see cref="RowPicker"/> takes.</param>
    public KeptCells(IArrowType type)
    {
        Type = RowPicker.Result(type);
        _width = Type is BooleanType ? 1 : Type is FixedWidthType fixedWidth ? fixedWidth.BitWidth / 8 : 0;
    }

    /// <summary>Gets the type of the values.</summary>
    public IArrowType Type { get; }

    public void Reserve(int slots)
    {
        if (_width == 0)
        {
            System.Array.Resize(ref _blobs, Math.Max(slots, _blobs.Length));
            return;
        }

        System.Array.Resize(ref _bytes, Math.Max(checked(slots * _width), _bytes.Length));
        System.Array.Resize(ref _valid, Math.Max(slots, _valid.Length));
    }

    public void Set(int slot, IArrowArray array, int row)
    {
        if (_width == 0 || array is BooleanArray)
        {
            SetCell(slot, CellCodec.Encode(array, row));
            return;
        }

        _valid[slot] = array.IsValid(row);
        if (_valid[slot])
        {
            CellCodec.Fixed(array, row).CopyTo(_bytes.AsSpan(slot * _width));
        }
    }

    public void Set(int slot, double value)
    {
        _valid[slot] = !Missing.Is(value);
        BinaryPrimitives.WriteDoubleLittleEndian(_bytes.AsSpan(slot * _width), value);
    }

    public void SetCell(int slot, byte[]? cell)
    {
        if (_width == 0)
        {
            _blobs[slot] = cell;
            return;
        }

        _valid[slot] = cell is not null;
        cell?.CopyTo(_bytes, slot * _width);
    }

    public byte[]? Cell(int slot) => _width == 0 ? _blobs[slot] : _valid[slot] ? _bytes.AsSpan(slot * _width, _width).ToArray() : null;

    /// <summary>Lets go of what a slot holds.</summary>
    public void Release(int slot)
    {
        if (_width == 0)
        {
            _blobs[slot] = null;
        }
    }

    /// <summary>Makes a column of the values of some slots; null for negative ones.</summary>
    public ArrayData Build(ReadOnlySpan<int> slots)
    {
        var cells = new byte[]?[slots.Length];
        for (var i = 0; i < cells.Length; i++)
        {
            cells[i] = slots[i] < 0 ? null : Cell(slots[i]);
        }

        return CellCodec.Build(Type, cells);
    }

    /// <summary>Gives a number; booleans are 0 and 1, times what the column holds.</summary>
    /// <exception cref="NotSupportedException">The column holds no numbers.</exception>
    public FeatureValue Number(int slot)
    {
        if (_width == 0 || !_valid[slot])
        {
            return _width == 0 ? throw NotANumber() : FeatureValue.Null;
        }

        var bytes = _bytes.AsSpan(slot * _width, _width);
        return Type.TypeId switch
        {
            ArrowTypeId.Double => FeatureValue.FromDouble(BinaryPrimitives.ReadDoubleLittleEndian(bytes)),
            ArrowTypeId.Float => FeatureValue.FromDouble(BinaryPrimitives.ReadSingleLittleEndian(bytes)),
            ArrowTypeId.Int64 or ArrowTypeId.Timestamp => FeatureValue.FromInt64(BinaryPrimitives.ReadInt64LittleEndian(bytes)),
            ArrowTypeId.Int32 => FeatureValue.FromInt64(BinaryPrimitives.ReadInt32LittleEndian(bytes)),
            ArrowTypeId.UInt32 => FeatureValue.FromInt64(BinaryPrimitives.ReadUInt32LittleEndian(bytes)),
            ArrowTypeId.Int16 => FeatureValue.FromInt64(BinaryPrimitives.ReadInt16LittleEndian(bytes)),
            ArrowTypeId.UInt16 => FeatureValue.FromInt64(BinaryPrimitives.ReadUInt16LittleEndian(bytes)),
            ArrowTypeId.Int8 => FeatureValue.FromInt64((sbyte)bytes[0]),
            ArrowTypeId.UInt8 or ArrowTypeId.Boolean => FeatureValue.FromInt64(bytes[0]),
            _ => throw NotANumber(),
        };
    }

    private NotSupportedException NotANumber() => new($"Expected a number of at most 64 bits, a boolean or a timestamp, got a column of type {Type.Name}: read it as a batch.");
}
