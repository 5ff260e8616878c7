using System.Runtime.InteropServices;

namespace Workflow.Data.Tables.Parquet;

/// <summary>One way to encode the values of a column.</summary>
internal abstract class ValueEncoder
{
    public abstract PageEncoding Encoding { get; }

    /// <summary>Gets the content of the dictionary page; null where the encoding has none.</summary>
    public virtual ByteSink? Dictionary => null;

    public virtual int DictionaryCount => 0;

    /// <summary>Appends values to a page.</summary>
    public abstract void Write(int start, int count, ByteSink page);
}

/// <summary>Values as they are; booleans as bits.</summary>
internal sealed class PlainValues(ColumnBuffer buffer) : ValueEncoder
{
    public override PageEncoding Encoding => PageEncoding.Plain;

    public override void Write(int start, int count, ByteSink page)
    {
        if (buffer.Column.Type == PhysicalType.Boolean)
        {
            var bits = page.Append((count + 7) / 8);
            bits.Clear();
            for (var i = 0; i < count; i++)
            {
                bits[i >> 3] |= (byte)(buffer.Values[start + i] << (i & 7));
            }
        }
        else if (buffer.HasBytes)
        {
            for (var i = 0; i < count; i++)
            {
                page.WriteInt32(buffer[start + i].Length);
                page.Write(buffer[start + i]);
            }
        }
        else
        {
            page.Write(buffer.Values.Slice(start * buffer.Column.StoredWidth, count * buffer.Column.StoredWidth));
        }
    }
}

/// <summary>Integers as differences.</summary>
internal sealed class DeltaValues(ColumnBuffer buffer) : ValueEncoder
{
    public override PageEncoding Encoding => PageEncoding.DeltaBinaryPacked;

    public override void Write(int start, int count, ByteSink page)
    {
        if (buffer.Column.StoredWidth == sizeof(long))
        {
            DeltaWriter.Write(MemoryMarshal.Cast<byte, long>(buffer.Values).Slice(start, count), isNarrow: false, page);
            return;
        }

        var wide = new long[count];
        var narrow = MemoryMarshal.Cast<byte, int>(buffer.Values).Slice(start, count);
        for (var i = 0; i < count; i++)
        {
            wide[i] = narrow[i];
        }

        DeltaWriter.Write(wide, isNarrow: true, page);
    }
}

/// <summary>First bytes together, then second bytes, and so on: smaller only after compression.</summary>
internal sealed class StreamSplitValues(ColumnBuffer buffer) : ValueEncoder
{
    public override PageEncoding Encoding => PageEncoding.ByteStreamSplit;

    public override void Write(int start, int count, ByteSink page)
    {
        var width = buffer.Column.StoredWidth;
        var values = buffer.Values.Slice(start * width, count * width);
        var streams = page.Append(values.Length);
        for (var i = 0; i < count; i++)
        {
            for (var k = 0; k < width; k++)
            {
                streams[(k * count) + i] = values[(i * width) + k];
            }
        }
    }
}
