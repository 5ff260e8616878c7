using System.Buffers;
using System.Text;

namespace Workflow.Data.Tables.Parquet;

/// <summary>Writes Thrift's compact protocol. Not thread-safe.</summary>
internal sealed class CompactWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly Stack<int> _outer = new();
    private int _last;

    public ReadOnlyMemory<byte> Bytes => _bytes.WrittenMemory;

    /// <summary>Starts a struct that is no field: the root, or an element of a list.</summary>
    public CompactWriter Begin()
    {
        _outer.Push(_last);
        _last = 0;
        return this;
    }

    public CompactWriter BeginField(int id)
    {
        Header(id, CompactReader.Struct);
        return Begin();
    }

    public CompactWriter End()
    {
        Byte(CompactReader.Stop);
        _last = _outer.Pop();
        return this;
    }

    public CompactWriter I32(int id, int value)
    {
        Header(id, CompactReader.I32);
        return Zigzag(value);
    }

    public CompactWriter I64(int id, long value)
    {
        Header(id, CompactReader.I64);
        return Zigzag(value);
    }

    public CompactWriter I8(int id, byte value)
    {
        Header(id, CompactReader.Byte);
        return Byte(value);
    }

    public CompactWriter Boolean(int id, bool value)
    {
        Header(id, value ? CompactReader.True : CompactReader.False);
        return this;
    }

    public CompactWriter Text(int id, string value)
    {
        Header(id, CompactReader.Binary);
        return Text(value);
    }

    public CompactWriter List(int id, int elementType, int count)
    {
        Header(id, CompactReader.List);
        if (count < 15)
        {
            return Byte((count << 4) | elementType);
        }

        Byte(0xF0 | elementType);
        return Varint((ulong)count);
    }

    /// <summary>Writes an element of a list.</summary>
    public CompactWriter Text(string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        Varint((ulong)bytes.Length);
        _bytes.Write(bytes);
        return this;
    }

    /// <summary>Writes an integer that is an element of a list.</summary>
    public CompactWriter Zigzag(long value) => Varint((ulong)((value << 1) ^ (value >> 63)));

    private void Header(int id, int type)
    {
        var delta = id - _last;
        if (delta is > 0 and <= 15)
        {
            Byte((delta << 4) | type);
        }
        else
        {
            Byte(type);
            Zigzag(id);
        }

        _last = id;
    }

    private CompactWriter Varint(ulong value)
    {
        for (; value >= 128; value >>= 7)
        {
            Byte((int)(value & 127) | 128);
        }

        return Byte((int)value);
    }

    private CompactWriter Byte(int value)
    {
        _bytes.GetSpan(1)[0] = (byte)value;
        _bytes.Advance(1);
        return this;
    }
}
