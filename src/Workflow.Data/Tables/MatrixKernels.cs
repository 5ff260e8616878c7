using System.Numerics;

namespace Workflow.Data.Tables;

/// <summary>Writes columns into a row-major matrix.</summary>
internal static class MatrixKernels
{
    /// <param name="values">At least as many as rows are written.</param>
    /// <param name="target">Row i of this column is at i × <paramref name="stride"/>; the last row may be cut after it.</param>
    /// <param name="stride">The width of the matrix; at least 1.</param>
    public static void Scatter<T>(ReadOnlySpan<T> values, Span<float> target, int stride)
        where T : unmanaged, INumberBase<T>
    {
        var row = 0;
        for (var i = 0; i < target.Length; i += stride)
        {
            target[i] = float.CreateTruncating(values[row++]);
        }
    }

    /// <param name="bitmap">Booleans, least significant bit first.</param>
    /// <param name="first">The bit of the first row.</param>
    /// <param name="target">As for <see cref="Scatter"/>.</param>
    /// <param name="stride">As for <see cref="Scatter"/>.</param>
    public static void ScatterBits(ReadOnlySpan<byte> bitmap, int first, Span<float> target, int stride)
    {
        for (var i = 0; i < target.Length; i += stride, first++)
        {
            target[i] = (bitmap[first >> 3] >> (first & 7)) & 1;
        }
    }

    /// <summary>Writes NaN where the validity bit is 0.</summary>
    public static void ScatterNulls(ReadOnlySpan<byte> validity, int first, Span<float> target, int stride)
    {
        for (var i = 0; i < target.Length; i += stride, first++)
        {
            if ((validity[first >> 3] & (1 << (first & 7))) == 0)
            {
                target[i] = float.NaN;
            }
        }
    }
}
