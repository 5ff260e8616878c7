namespace Workflow.Data.Tables.Parquet;

/// <summary>Encodes Parquet's hybrid of run lengths and bit-packed groups.</summary>
internal static class HybridWriter
{
    private const int Group = 8;

    /// <summary>Appends values in as few bytes as a greedy choice gives: runs of eight or more equal values become a run length.</summary>
    /// <param name="values">Each below 2^<paramref name="width"/>.</param>
    /// <param name="width">Bits per value, from 0 to 32.</param>
    /// <param name="sink">Where to append.</param>
    public static void Write(ReadOnlySpan<int> values, int width, ByteSink sink)
    {
        var start = 0;
        var i = 0;
        while (i < values.Length)
        {
            var run = RunLength(values[i..]);
            if (run >= Group)
            {
                // Packed values come in groups of eight: fill the open group from the run first.
                var missing = -(i - start) & (Group - 1);
                if (run - missing >= Group)
                {
                    i += missing;
                    WritePacked(values[start..i], width, sink);
                    WriteRun(values[i], run - missing, width, sink);
                    i += run - missing;
                    start = i;
                    continue;
                }
            }

            i += run;
        }

        WritePacked(values[start..], width, sink);
    }

    /// <summary>How many bits the largest of some non-negative values needs.</summary>
    public static int WidthOf(int largest) => 32 - System.Numerics.BitOperations.LeadingZeroCount((uint)largest);

    /// <summary>Appends values bit by bit, least significant first; the last byte is filled with zeros.</summary>
    public static void Pack(ReadOnlySpan<ulong> values, int width, ByteSink sink)
    {
        UInt128 open = 0;
        var bits = 0;
        foreach (var value in values)
        {
            open |= (UInt128)value << bits;
            bits += width;
            for (; bits >= 8; bits -= 8)
            {
                sink.WriteByte((byte)open);
                open >>= 8;
            }
        }

        if (bits > 0)
        {
            sink.WriteByte((byte)open);
        }
    }

    private static int RunLength(ReadOnlySpan<int> values)
    {
        var end = values.IndexOfAnyExcept(values[0]);
        return end < 0 ? values.Length : end;
    }

    private static void WriteRun(int value, int count, int width, ByteSink sink)
    {
        sink.WriteVarint((ulong)count << 1);
        for (var i = 0; i < (width + 7) / 8; i++)
        {
            sink.WriteByte((byte)(value >> (8 * i)));
        }
    }

    private static void WritePacked(ReadOnlySpan<int> values, int width, ByteSink sink)
    {
        if (values.IsEmpty)
        {
            return;
        }

        var groups = (values.Length + Group - 1) / Group;
        sink.WriteVarint(((ulong)groups << 1) | 1);
        var end = sink.Length + (groups * width);
        ulong open = 0;
        var bits = 0;
        foreach (var value in values)
        {
            open |= (ulong)(uint)value << bits;
            bits += width;
            for (; bits >= 8; bits -= 8)
            {
                sink.WriteByte((byte)open);
                open >>= 8;
            }
        }

        if (bits > 0)
        {
            sink.WriteByte((byte)open);
        }

        sink.Append(end - sink.Length).Clear();
    }
}
