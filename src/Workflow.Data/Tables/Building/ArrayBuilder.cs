using Apache.Arrow;
using Apache.Arrow.Memory;

namespace Workflow.Data.Tables.Building;

/// <summary>Builds the array of one column, value by value, batch after batch. Not thread-safe.</summary>
internal abstract class ArrayBuilder(Field column)
{
    private readonly ArrowBuffer.Builder<byte> _validity = new(64);
    private int _nulls;

    public Field Column => column;

    public int Rows { get; private set; }

    public void AppendNull()
    {
        AppendDefault();
        _nulls++;
        Mark(isValid: false);
    }

    /// <summary>Builds the array and starts the next.</summary>
    public IArrowArray Finish(MemoryAllocator? allocator)
    {
        var buffers = new List<ArrowBuffer>(3);
        try
        {
            buffers.Add(_nulls == 0 ? ArrowBuffer.Empty : _validity.Build(allocator));
            AddBuffers(buffers, allocator);
            return ArrowArrayFactory.BuildArray(new ArrayData(column.DataType, Rows, _nulls, 0, [.. buffers]));
        }
        catch
        {
            buffers.ForEach(b => b.Dispose());
            throw;
        }
        finally
        {
            Clear();
        }
    }

    /// <summary>Forgets the rows so far.</summary>
    public void Clear()
    {
        (Rows, _nulls) = (0, 0);
        _validity.Resize(0);
        ClearValues();
    }

    /// <summary>Appends what stands where a row is null.</summary>
    protected abstract void AppendDefault();

    protected abstract void AddBuffers(List<ArrowBuffer> buffers, MemoryAllocator? allocator);

    protected abstract void ClearValues();

    /// <summary>Counts a row that has been appended.</summary>
    protected void Mark(bool isValid = true)
    {
        AppendBit(_validity, Rows, isValid);
        Rows++;
    }

    protected static void AppendBit(ArrowBuffer.Builder<byte> bitmap, int index, bool bit)
    {
        if ((index & 7) == 0)
        {
            bitmap.Append(0);
        }

        if (bit)
        {
            bitmap.Span[index >> 3] |= (byte)(1 << (index & 7));
        }
    }
}
