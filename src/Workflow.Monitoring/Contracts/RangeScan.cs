using System.Numerics;

namespace Workflow.Monitoring.Contracts;

/// <summary>Counts the values outside a range: the fast pass, after which only blocks with findings are looked at row by row.</summary>
internal static class RangeScan
{
    /// <summary>Counts the values that are below <paramref name="low"/>, above <paramref name="high"/> or NaN.</summary>
    /// <param name="values">Any length.</param>
    /// <param name="low">The smallest allowed value.</param>
    /// <param name="high">The largest allowed value.</param>
    public static int CountOutside<T>(ReadOnlySpan<T> values, T low, T high)
        where T : struct, INumber<T>
    {
        // Counted in vectors of T: a lane of -1 for each value inside. A block has 4,096 values, which every T can count.
        var inside = Vector<T>.Zero;
        var (lows, highs) = (new Vector<T>(low), new Vector<T>(high));
        var i = 0;
        for (; i <= values.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            var block = new Vector<T>(values[i..]);
            var isInside = Vector.GreaterThanOrEqual(block, lows) & Vector.LessThanOrEqual(block, highs);
            inside += isInside & Vector<T>.One;
        }

        var count = int.CreateChecked(Vector.Sum(inside));
        for (; i < values.Length; i++)
        {
            count += values[i] >= low && values[i] <= high ? 1 : 0;
        }

        return values.Length - count;
    }
}
