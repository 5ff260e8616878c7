using System.Numerics;

namespace Workflow.Data.Tables.Parquet;

/// <summary>Encodes DELTA_BINARY_PACKED integers: blocks of 128 values in four miniblocks.</summary>
internal static class DeltaWriter
{
    private const int Block = 128;
    private const int Miniblocks = 4;
    private const int PerMiniblock = Block / Miniblocks;

    /// <param name="values">The integers.</param>
    /// <param name="isNarrow">Whether they have 32 bits: then differences wrap at 32 bits, as readers expect.</param>
    /// <param name="sink">Where to append.</param>
    public static void Write(ReadOnlySpan<long> values, bool isNarrow, ByteSink sink)
    {
        sink.WriteVarint(Block);
        sink.WriteVarint(Miniblocks);
        sink.WriteVarint((ulong)values.Length);
        WriteSigned(values.IsEmpty ? 0 : values[0], sink);
        Span<long> deltas = stackalloc long[Block];
        Span<ulong> offsets = stackalloc ulong[PerMiniblock];
        for (var start = 1; start < values.Length; start += Block)
        {
            var count = Math.Min(Block, values.Length - start);
            var minimum = long.MaxValue;
            for (var i = 0; i < count; i++)
            {
                var delta = unchecked(values[start + i] - values[start + i - 1]);
                deltas[i] = isNarrow ? unchecked((int)delta) : delta;
                minimum = Math.Min(minimum, deltas[i]);
            }

            WriteSigned(minimum, sink);
            var widths = sink.Length;
            sink.Append(Miniblocks).Clear();
            for (var miniblock = 0; miniblock * PerMiniblock < count; miniblock++)
            {
                offsets.Clear();
                var largest = 0UL;
                var part = deltas[(miniblock * PerMiniblock)..Math.Min(count, (miniblock + 1) * PerMiniblock)];
                for (var i = 0; i < part.Length; i++)
                {
                    var offset = unchecked((ulong)(part[i] - minimum));
                    offsets[i] = isNarrow ? (uint)offset : offset;
                    largest |= offsets[i];
                }

                var width = 64 - BitOperations.LeadingZeroCount(largest);
                sink.Set(widths + miniblock, (byte)width);
                HybridWriter.Pack(offsets, width, sink);
            }
        }
    }

    private static void WriteSigned(long value, ByteSink sink) => sink.WriteVarint((ulong)((value << 1) ^ (value >> 63)));
}
