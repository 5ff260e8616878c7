using System.Runtime.InteropServices;
using Apache.Arrow;

namespace Workflow.Data.Tables.Parquet;

/// <summary>The rows of one column of the row group being written: its values without gaps, and which rows have one. Not thread-safe.</summary>
internal sealed class ColumnBuffer(WriteColumn column)
{
    /// <summary>The most bytes that a row group holds of one column; then it ends early.</summary>
    public const int MaximumBytes = 1 << 26;

    private readonly ByteSink _values = new();
    private readonly ByteSink _ends = new();
    private readonly ByteSink _validity = new();

    public WriteColumn Column => column;

    public int Rows { get; private set; }

    /// <summary>Gets the number of rows that are not null.</summary>
    public int Count { get; private set; }

    public bool HasBytes => column.Type == PhysicalType.ByteArray;

    /// <summary>Gets the stored values: of booleans a byte each.</summary>
    public ReadOnlySpan<byte> Values => _values.Span;

    /// <summary>Gets where each value of a column of texts or bytes ends.</summary>
    public ReadOnlySpan<int> Ends => MemoryMarshal.Cast<byte, int>(_ends.Span);

    /// <summary>Gets a byte per row: 1 where it has a value.</summary>
    public ReadOnlySpan<byte> Validity => _validity.Span;

    public ReadOnlySpan<byte> this[int index] => HasBytes
        ? Values[(index == 0 ? 0 : Ends[index - 1])..Ends[index]]
        : Values.Slice(index * column.StoredWidth, column.StoredWidth);

    public void Clear()
    {
        (Rows, Count) = (0, 0);
        _values.Clear();
        _ends.Clear();
        _validity.Clear();
    }

    /// <summary>Says how many rows of an array still fit into this row group. The answer does not depend on how rows were batched.</summary>
    public int RowsThatFit(IArrowArray array, int offset, int count)
    {
        if (!HasBytes)
        {
            return Math.Min(count, (MaximumBytes / Math.Max(1, column.StoredWidth)) - Rows);
        }

        var bytes = _values.Length;
        for (var i = 0; i < count; i++)
        {
            bytes += GetBytes(array, offset + i).Length;
            if (bytes > MaximumBytes)
            {
                return i;
            }
        }

        return count;
    }

    public void Append(IArrowArray array, int offset, int count)
    {
        var isValid = _validity.Append(count);
        var values = 0;
        for (var i = 0; i < count; i++)
        {
            isValid[i] = IsNull(array, offset + i) ? (byte)0 : (byte)1;
            values += isValid[i];
        }

        if (values < count && !column.Field.IsNullable)
        {
            throw new SchemaMismatchException("a Parquet file", [new SchemaDifference(column.Field.Name, TableSchema.Describe(column.Field), $"{count - values} nulls in it")]);
        }

        switch (array)
        {
            case BooleanArray booleans:
                for (var i = 0; i < count; i++)
                {
                    if (isValid[i] != 0)
                    {
                        _values.WriteByte(booleans.GetValue(offset + i)!.Value ? (byte)1 : (byte)0);
                    }
                }

                break;
            case BinaryArray or DictionaryArray:
                for (var i = 0; i < count; i++)
                {
                    if (isValid[i] != 0)
                    {
                        _values.Write(GetBytes(array, offset + i));
                        _ends.WriteInt32(_values.Length);
                    }
                }

                break;
            default:
                AppendFixed(array, offset, count, isValid, values);
                break;
        }

        Rows += count;
        Count += values;
        GC.KeepAlive(array);
    }

    private static bool IsNull(IArrowArray array, int index) =>
        array.IsNull(index) || (array is DictionaryArray dictionary && dictionary.Dictionary.IsNull(DictionaryIndex.Get(dictionary, index)));

    private static ReadOnlySpan<byte> GetBytes(IArrowArray array, int index)
    {
        if (IsNull(array, index))
        {
            return [];
        }

        return array is DictionaryArray dictionary
            ? ((StringArray)dictionary.Dictionary).GetBytes(DictionaryIndex.Get(dictionary, index))
            : ((BinaryArray)array).GetBytes(index);
    }

    private void AppendFixed(IArrowArray array, int offset, int count, ReadOnlySpan<byte> isValid, int values)
    {
        var width = column.ValueWidth;
        var from = array.Data.Buffers[1].Span.Slice((array.Data.Offset + offset) * width, count * width);
        if (values == count)
        {
            Store(from, values);
            return;
        }

        var dense = new byte[values * width];
        var next = 0;
        for (var i = 0; i < count; i++)
        {
            if (isValid[i] != 0)
            {
                from.Slice(i * width, width).CopyTo(dense.AsSpan(next));
                next += width;
            }
        }

        Store(dense, values);
    }

    private void Store(ReadOnlySpan<byte> from, int values)
    {
        var to = _values.Append(values * column.StoredWidth);
        if (column.Convert is null)
        {
            from.CopyTo(to);
        }
        else
        {
            column.Convert(from, to);
        }
    }
}
