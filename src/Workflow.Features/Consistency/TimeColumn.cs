using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Features.Views;

namespace Workflow.Features.Consistency;

/// <summary>Columns of moments in microseconds.</summary>
internal static class TimeColumn
{
    public static TimestampType Type { get; } = new(TimeUnit.Microsecond, "UTC");

    /// <summary>Makes a column; <see cref="FeatureTime.Never"/> becomes null.</summary>
    public static TimestampArray Of(ReadOnlySpan<long> times)
    {
        var validity = new byte[(times.Length + 7) / 8];
        var nulls = 0;
        for (var row = 0; row < times.Length; row++)
        {
            if (times[row] == FeatureTime.Never)
            {
                nulls++;
            }
            else
            {
                validity[row >> 3] |= (byte)(1 << (row & 7));
            }
        }

        return new TimestampArray(new ArrayData(Type, times.Length, nulls, 0, [new ArrowBuffer(validity), new ArrowBuffer(MemoryMarshal.AsBytes(times).ToArray())]));
    }
}
