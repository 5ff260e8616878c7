using System.Buffers;

namespace Workflow.Features.Redis;

/// <summary>Event times as <c>google.protobuf.Timestamp</c>: whole seconds, rounded down, and nanoseconds.</summary>
internal static class FeastTimestamp
{
    private const long Second = 1_000_000;

    /// <summary>Gives the whole seconds of a time, and the microseconds beyond them.</summary>
    public static (long Seconds, int Microseconds) Split(long microseconds)
    {
        var seconds = Math.DivRem(microseconds, Second, out var rest);
        return rest < 0 ? (seconds - 1, (int)(rest + Second)) : (seconds, (int)rest);
    }

    public static void Write(long microseconds, IBufferWriter<byte> to)
    {
        var (seconds, rest) = Split(microseconds);
        if (seconds != 0)
        {
            ProtobufWriter.WriteTag(1, ProtobufWriter.Varint, to);
            ProtobufWriter.WriteVarint((ulong)seconds, to);
        }

        if (rest != 0)
        {
            ProtobufWriter.WriteTag(2, ProtobufWriter.Varint, to);
            ProtobufWriter.WriteVarint((ulong)rest * 1000, to);
        }
    }

    /// <summary>Reads a time, cut to microseconds; false where it is none of the years 1 to 9999.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, out long microseconds)
    {
        var (seconds, nanos) = (0L, 0L);
        var reader = new ProtobufReader(message);
        while (!reader.IsAtEnd && reader.ReadTag(out var field, out var wire))
        {
            if (wire != ProtobufWriter.Varint || field is < 1 or > 2)
            {
                microseconds = 0;
                return false;
            }

            (seconds, nanos) = field == 1 ? ((long)reader.ReadVarint(), nanos) : (seconds, (int)reader.ReadVarint());
        }

        microseconds = 0;
        if (reader.IsBad || seconds is < -62_135_596_800 or > 253_402_300_799 || nanos is < 0 or > 999_999_999)
        {
            return false;
        }

        microseconds = (seconds * Second) + (nanos / 1000);
        return true;
    }
}
