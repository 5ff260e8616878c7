using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Data.Storage;

namespace Workflow.Features.Online.Stores;

/// <summary>Where the values of a table lie in a stored row. Immutable.</summary>
/// <remarks>
/// A row is: event time and availability, 8 bytes each; one bit a column that says whether it is null; the cells of fixed width, and for
/// the others where their bytes end; those bytes. Little-endian.
/// </remarks>
internal sealed class RowLayout
{
    private const int Times = 16;
    private readonly int[] _widths;
    private readonly int[] _places;
    private readonly int _variable;

    public RowLayout(OnlineTableState state)
    {
        var schema = state.Schema;
        (Schema, Digest) = (schema, state.Digest);
        Types = [.. schema.FieldsList.Select(static f => f.DataType)];
        _widths = [.. Types.Select(CellType.Width)];
        _places = new int[_widths.Length];
        var place = Times + ((_widths.Length + 7) / 8);
        for (var i = 0; i < _widths.Length; i++)
        {
            _places[i] = place;
            place += _widths[i] > 0 ? _widths[i] : sizeof(int);
        }

        _variable = place;
    }

    /// <summary>Gets the definition that the rows are of.</summary>
    public ContentDigest Digest { get; }

    public Schema Schema { get; }

    public IArrowType[] Types { get; }

    public static long EventTime(ReadOnlySpan<byte> row) => BinaryPrimitives.ReadInt64LittleEndian(row);

    public static long Available(ReadOnlySpan<byte> row) => BinaryPrimitives.ReadInt64LittleEndian(row[8..]);

    public static bool IsNull(ReadOnlySpan<byte> row, int column) => (row[Times + (column >> 3)] >> (column & 7) & 1) != 0;

    /// <summary>Gives a value's cell.</summary>
    public ReadOnlySpan<byte> Cell(ReadOnlySpan<byte> row, int column)
    {
        var place = _places[column];
        if (_widths[column] > 0)
        {
            return row.Slice(place, _widths[column]);
        }

        var end = BinaryPrimitives.ReadInt32LittleEndian(row[place..]);
        var start = _variable;
        for (var before = column - 1; before >= 0; before--)
        {
            if (_widths[before] <= 0)
            {
                start = BinaryPrimitives.ReadInt32LittleEndian(row[_places[before]..]);
                break;
            }
        }

        return row[start..end];
    }

    /// <summary>Says whether bytes can be a row: their ends ascend and fit.</summary>
    public bool Fits(ReadOnlySpan<byte> row)
    {
        if (row.Length < _variable)
        {
            return false;
        }

        var start = _variable;
        for (var i = 0; i < _widths.Length; i++)
        {
            if (_widths[i] > 0)
            {
                continue;
            }

            var end = BinaryPrimitives.ReadInt32LittleEndian(row[_places[i]..]);
            if (end < start || end > row.Length)
            {
                return false;
            }

            start = end;
        }

        return start == row.Length;
    }

    /// <summary>Makes a row.</summary>
    public byte[] Encode(RecordBatch values, int row, long eventTime, long available, ArrayBufferWriter<byte> scratch)
    {
        scratch.ResetWrittenCount();
        var head = scratch.GetSpan(_variable)[.._variable];
        head.Clear();
        BinaryPrimitives.WriteInt64LittleEndian(head, eventTime);
        BinaryPrimitives.WriteInt64LittleEndian(head[8..], available);
        scratch.Advance(_variable);
        for (var column = 0; column < _widths.Length; column++)
        {
            var array = values.Column(column);
            var isNull = array.IsNull(row);
            if (!isNull && _widths[column] <= 0)
            {
                CellWriter.Write(array, row, scratch);
            }

            head = MemoryMarshal.AsMemory(scratch.WrittenMemory).Span;
            head[Times + (column >> 3)] |= (byte)(isNull ? 1 << (column & 7) : 0);
            if (_widths[column] <= 0)
            {
                BinaryPrimitives.WriteInt32LittleEndian(head[_places[column]..], scratch.WrittenCount);
            }
            else if (!isNull)
            {
                CellWriter.WriteFixed(array, row, head.Slice(_places[column], _widths[column]));
            }
        }

        return scratch.WrittenSpan.ToArray();
    }

    /// <summary>Gathers one column of rows; null where there is no row.</summary>
    public IArrowArray Column(ReadOnlySpan<byte[]?> rows, int column)
    {
        var type = Types[column];
        var width = _widths[column];
        if (width > 0 && type is not BooleanType)
        {
            return Fixed(rows, column, width);
        }

        var cells = new OnlineColumn(type, rows.Length);
        foreach (var row in rows)
        {
            if (row is null || IsNull(row, column))
            {
                cells.AppendNull();
            }
            else
            {
                cells.Append(Cell(row, column));
            }
        }

        return cells.Build();
    }

    private IArrowArray Fixed(ReadOnlySpan<byte[]?> rows, int column, int width)
    {
        var values = new byte[checked(rows.Length * width)];
        byte[]? validity = null;
        var nulls = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            if (rows[i] is { } row && !IsNull(row, column))
            {
                row.AsSpan(_places[column], width).CopyTo(values.AsSpan(i * width));
            }
            else
            {
                if (validity is null)
                {
                    validity = new byte[(rows.Length + 7) / 8];
                    validity.AsSpan().Fill(0xff);
                }

                validity[i >> 3] &= (byte)~(1 << (i & 7));
                nulls++;
            }
        }

        return ArrowArrayFactory.BuildArray(new ArrayData(Types[column], rows.Length, nulls, 0, [validity is null ? ArrowBuffer.Empty : new ArrowBuffer(validity), new ArrowBuffer(values)]));
    }
}
