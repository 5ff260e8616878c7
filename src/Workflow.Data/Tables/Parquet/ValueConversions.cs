using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Workflow.Data.Tables.Parquet;

/// <summary>Turns stored values into Arrow's, both little-endian and without gaps.</summary>
internal delegate void ValueConversion(ReadOnlySpan<byte> stored, Span<byte> values);

/// <summary>The conversions between what Parquet stores and what Arrow holds.</summary>
internal static class ValueConversions
{
    private const int UnixEpochJulianDay = 2_440_588;
    private const long MicrosecondsPerDay = 86_400_000_000;

    public static void ToInt8(ReadOnlySpan<byte> stored, Span<byte> values)
    {
        var from = MemoryMarshal.Cast<byte, int>(stored);
        for (var i = 0; i < from.Length; i++)
        {
            values[i] = unchecked((byte)from[i]);
        }
    }

    public static void ToInt16(ReadOnlySpan<byte> stored, Span<byte> values)
    {
        var from = MemoryMarshal.Cast<byte, int>(stored);
        var to = MemoryMarshal.Cast<byte, short>(values);
        for (var i = 0; i < from.Length; i++)
        {
            to[i] = unchecked((short)from[i]);
        }
    }

    public static void MillisecondsToMicroseconds(ReadOnlySpan<byte> stored, Span<byte> values)
    {
        var from = MemoryMarshal.Cast<byte, long>(stored);
        var to = MemoryMarshal.Cast<byte, long>(values);
        for (var i = 0; i < from.Length; i++)
        {
            to[i] = Math.BigMul(from[i], 1000, out var low) == low >> 63 ? low : throw OutOfRange(from[i], "ms");
        }
    }

    /// <summary>Rounds towards the past, to the microsecond that the moment falls in.</summary>
    public static void NanosecondsToMicroseconds(ReadOnlySpan<byte> stored, Span<byte> values)
    {
        var from = MemoryMarshal.Cast<byte, long>(stored);
        var to = MemoryMarshal.Cast<byte, long>(values);
        for (var i = 0; i < from.Length; i++)
        {
            to[i] = FloorDivide(from[i], 1000);
        }
    }

    /// <summary>Hive's and Impala's timestamps: 8 bytes nanoseconds of the day, 4 bytes Julian day.</summary>
    public static void Int96ToMicroseconds(ReadOnlySpan<byte> stored, Span<byte> values)
    {
        var to = MemoryMarshal.Cast<byte, long>(values);
        for (var i = 0; i < to.Length; i++)
        {
            var nanoseconds = BinaryPrimitives.ReadInt64LittleEndian(stored[(12 * i)..]);
            var day = (long)BinaryPrimitives.ReadInt32LittleEndian(stored[((12 * i) + 8)..]) - UnixEpochJulianDay;
            if (Math.Abs(day) > (long.MaxValue / MicrosecondsPerDay) - 200_000)
            {
                throw OutOfRange(day, "days");
            }

            to[i] = (day * MicrosecondsPerDay) + FloorDivide(nanoseconds, 1000);
        }
    }

    public static void Int32ToDecimal(ReadOnlySpan<byte> stored, Span<byte> values)
    {
        var from = MemoryMarshal.Cast<byte, int>(stored);
        var to = MemoryMarshal.Cast<byte, Int128>(values);
        for (var i = 0; i < from.Length; i++)
        {
            to[i] = from[i];
        }
    }

    public static void Int64ToDecimal(ReadOnlySpan<byte> stored, Span<byte> values)
    {
        var from = MemoryMarshal.Cast<byte, long>(stored);
        var to = MemoryMarshal.Cast<byte, Int128>(values);
        for (var i = 0; i < from.Length; i++)
        {
            to[i] = from[i];
        }
    }

    public static ValueConversion BigEndianToDecimal(int width) => (stored, values) =>
    {
        var to = MemoryMarshal.Cast<byte, Int128>(values);
        for (var i = 0; i < to.Length; i++)
        {
            to[i] = BigEndian(stored.Slice(i * width, width));
        }
    };

    /// <summary>Reads a two's complement number of any length.</summary>
    public static Int128 BigEndian(ReadOnlySpan<byte> bytes)
    {
        Int128 value = (sbyte)bytes[0];
        for (var i = 1; i < bytes.Length; i++)
        {
            if (value > Int128.MaxValue >> 8 || value < Int128.MinValue >> 8)
            {
                throw new MalformedException("a decimal of at most 16 bytes", $"{bytes.Length} bytes");
            }

            value = (value << 8) | bytes[i];
        }

        return value;
    }

    private static long FloorDivide(long value, long divisor) => (value / divisor) - (value % divisor < 0 ? 1 : 0);

    private static MalformedException OutOfRange(long value, string unit) =>
        new("a timestamp within 64 bits of microseconds", $"{value} {unit}");
}
