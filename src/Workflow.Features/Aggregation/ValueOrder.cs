namespace Workflow.Features.Aggregation;

/// <summary>Float64 values as integers of the same order: −∞ &lt; … &lt; −0 &lt; +0 &lt; … &lt; +∞ &lt; NaN. So ties and extremes depend on no order of arrival.</summary>
internal static class ValueOrder
{
    public static long KeyOf(double value)
    {
        var bits = BitConverter.DoubleToInt64Bits(value);
        return double.IsNaN(value) ? long.MaxValue : bits < 0 ? bits ^ long.MaxValue : bits;
    }

    public static double ValueOf(long key) =>
        key == long.MaxValue ? double.NaN : BitConverter.Int64BitsToDouble(key < 0 ? key ^ long.MaxValue : key);
}
