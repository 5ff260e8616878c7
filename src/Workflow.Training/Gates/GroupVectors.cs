using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Workflow.Training.Gates;

/// <summary>Sums over groups, four lanes at a time: the same bits on every processor, since the lanes and their order are fixed.</summary>
internal static class GroupVectors
{
    /// <summary>Gives Σ a·b.</summary>
    /// <param name="a">Any numbers.</param>
    /// <param name="b">As many.</param>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        b = b[..a.Length];
        var first = MemoryMarshal.Cast<double, Vector256<double>>(a);
        var second = MemoryMarshal.Cast<double, Vector256<double>>(b);
        var lanes = Vector256<double>.Zero;
        for (var i = 0; i < first.Length; i++)
        {
            lanes += first[i] * second[i];
        }

        var sum = lanes[0] + lanes[1] + (lanes[2] + lanes[3]);
        for (var i = first.Length * Vector256<double>.Count; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    /// <summary>Adds factor · values to a target.</summary>
    /// <param name="values">Any numbers.</param>
    /// <param name="factor">Any number.</param>
    /// <param name="target">At least as many.</param>
    public static void AddScaled(ReadOnlySpan<double> values, double factor, Span<double> target)
    {
        target = target[..values.Length];
        var source = MemoryMarshal.Cast<double, Vector256<double>>(values);
        var sink = MemoryMarshal.Cast<double, Vector256<double>>(target);
        var scale = Vector256.Create(factor);
        for (var i = 0; i < source.Length; i++)
        {
            sink[i] += source[i] * scale;
        }

        for (var i = source.Length * Vector256<double>.Count; i < values.Length; i++)
        {
            target[i] += values[i] * factor;
        }
    }
}
