using System.IO.Hashing;
using System.Numerics;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Workflow.Training.Evaluation;

/// <summary>Reads Arrow columns of ids and clusters as 64-bit keys: integers and times as they are, strings by their hash.</summary>
/// <remarks>Two different strings have equal keys with probability 2⁻⁶⁴.</remarks>
internal static class KeyColumn
{
    public const string Accepted = "an integer, string, dictionary of strings, date or timestamp";

    // No time and no string gives this key, so nulls are a key of their own.
    private const long NullKey = long.MinValue;

    public static bool CanRead(IArrowType type) => type.TypeId is
        ArrowTypeId.Int8 or ArrowTypeId.Int16 or ArrowTypeId.Int32 or ArrowTypeId.Int64
        or ArrowTypeId.UInt8 or ArrowTypeId.UInt16 or ArrowTypeId.UInt32 or ArrowTypeId.UInt64
        or ArrowTypeId.Date32 or ArrowTypeId.Date64 or ArrowTypeId.Timestamp or ArrowTypeId.String
        || type is DictionaryType { ValueType.TypeId: ArrowTypeId.String };

    /// <summary>Reads a column.</summary>
    /// <param name="column">Kept alive by the caller.</param>
    /// <param name="period">Cuts timestamps; null leaves them.</param>
    /// <param name="target">As long as the column.</param>
    public static void Read(IArrowArray column, TimeSpan? period, Span<long> target)
    {
        switch (column)
        {
            case Int64Array a: a.Values.CopyTo(target); break;
            case Int32Array a: Copy(a.Values, target); break;
            case Int16Array a: Copy(a.Values, target); break;
            case Int8Array a: Copy(a.Values, target); break;
            case UInt64Array a: Copy(a.Values, target); break;
            case UInt32Array a: Copy(a.Values, target); break;
            case UInt16Array a: Copy(a.Values, target); break;
            case UInt8Array a: Copy(a.Values, target); break;
            case Date32Array a: Copy(a.Values, target); break;
            case Date64Array a: a.Values.CopyTo(target); break;
            case TimestampArray a: Times(a, period, target); break;
            case StringArray a:
                for (var i = 0; i < target.Length; i++)
                {
                    target[i] = a.IsNull(i) ? NullKey : Hash(a.GetBytes(i));
                }

                break;
            case DictionaryArray a: Dictionary(a, target); break;
            default: throw new NotSupportedException($"A column of type {column.Data.DataType.Name} is no key.");
        }

        if (column.NullCount > 0)
        {
            for (var i = 0; i < target.Length; i++)
            {
                target[i] = column.IsNull(i) ? NullKey : target[i];
            }
        }
    }

    private static void Times(TimestampArray column, TimeSpan? period, Span<long> target)
    {
        column.Values.CopyTo(target);
        if (period is not { } length)
        {
            return;
        }

        // In 100-nanosecond ticks; Int128 because seconds in ticks, and nanoseconds of far years, exceed 64 bits.
        var (multiply, divide) = ((TimestampType)column.Data.DataType).Unit switch
        {
            TimeUnit.Second => (TimeSpan.TicksPerSecond, 1L),
            TimeUnit.Millisecond => (TimeSpan.TicksPerMillisecond, 1L),
            TimeUnit.Microsecond => (TimeSpan.TicksPerMicrosecond, 1L),
            _ => (1L, 100L),
        };
        var denominator = (Int128)length.Ticks * divide;
        for (var i = 0; i < target.Length; i++)
        {
            var numerator = (Int128)target[i] * multiply;
            var quotient = numerator / denominator;
            target[i] = (long)(numerator < 0 && quotient * denominator != numerator ? quotient - 1 : quotient);
        }
    }

    private static void Dictionary(DictionaryArray column, Span<long> target)
    {
        var values = (StringArray)column.Dictionary;
        var keys = new long[values.Length];
        Read(values, period: null, keys);
        var indices = new long[column.Length];
        Read(column.Indices, period: null, indices);
        for (var i = 0; i < target.Length; i++)
        {
            target[i] = column.IsNull(i) ? NullKey : keys[indices[i]];
        }
    }

    private static void Copy<T>(ReadOnlySpan<T> values, Span<long> target)
        where T : unmanaged, INumberBase<T>
    {
        for (var i = 0; i < values.Length; i++)
        {
            target[i] = long.CreateTruncating(values[i]);
        }
    }

    private static long Hash(ReadOnlySpan<byte> bytes) => unchecked((long)XxHash3.HashToUInt64(bytes));
}
