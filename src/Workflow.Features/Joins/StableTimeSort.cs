using System.Numerics;
using System.Runtime.CompilerServices;

namespace Workflow.Features.Joins;

/// <summary>Sorts times and what belongs to them, keeping the order of equal times.</summary>
internal static class StableTimeSort
{
    private const int DigitBits = 11;
    private const int Digits = 1 << DigitBits;
    private const int SmallLength = 48;
    private const int MostBuckets = 4096;

    /// <summary>Sorts ascending.</summary>
    /// <param name="times">Sorted in place.</param>
    /// <param name="items">Moved with their times. Same length.</param>
    /// <param name="spareTimes">Scratch, at least as long; contents are lost.</param>
    /// <param name="spareItems">Scratch, at least as long; contents are lost.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sort(Span<long> times, Span<int> items, Span<long> spareTimes, Span<int> spareItems)
    {
        var (min, max, isSorted) = Scan(times);
        if (isSorted)
        {
            return;
        }

        if (times.Length <= SmallLength)
        {
            Insert(times, items);
            return;
        }

        spareTimes = spareTimes[..times.Length];
        spareItems = spareItems[..times.Length];
        var range = (ulong)max - (ulong)min;
        if (TrySpread(times, items, (min, range), spareTimes, spareItems))
        {
            return;
        }

        for (var shift = 0; shift < 64 && range >> shift != 0; shift += 2 * DigitBits)
        {
            // There and back again: an even number of passes ends where it began. A pass over a constant digit only copies.
            Pass(times, items, (min, shift), spareTimes, spareItems);
            Pass(spareTimes, spareItems, (min, shift + DigitBits), times, items);
        }
    }

    // Times that lie evenly, as most do: one pass into buckets of a few, and insertion within each. Four passes of digits otherwise.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool TrySpread(Span<long> times, Span<int> items, (long Min, ulong Range) span, Span<long> toTimes, Span<int> toItems)
    {
        var wanted = (int)Math.Min(MostBuckets, BitOperations.RoundUpToPowerOf2((uint)times.Length / 4));
        var shift = Math.Max(0, 64 - BitOperations.LeadingZeroCount(span.Range) - BitOperations.Log2((uint)wanted));
        var min = (ulong)span.Min;
        Span<int> starts = stackalloc int[wanted];
        starts.Clear();
        foreach (var time in times)
        {
            starts[(int)(((ulong)time - min) >> shift)]++;
        }

        var start = 0;
        foreach (ref var count in starts)
        {
            if (count > SmallLength)
            {
                return false;
            }

            (count, start) = (start, start + count);
        }

        for (var i = 0; i < times.Length; i++)
        {
            var place = starts[(int)(((ulong)times[i] - min) >> shift)]++;
            toTimes[place] = times[i];
            toItems[place] = items[i];
        }

        Insert(toTimes, toItems);
        toTimes.CopyTo(times);
        toItems.CopyTo(items);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pass(ReadOnlySpan<long> times, ReadOnlySpan<int> items, (long Min, int Shift) digit, Span<long> toTimes, Span<int> toItems)
    {
        Span<int> starts = stackalloc int[Digits];
        starts.Clear();
        foreach (var time in times)
        {
            starts[Digit(time, digit)]++;
        }

        var start = 0;
        for (var i = 0; i < Digits; i++)
        {
            (starts[i], start) = (start, start + starts[i]);
        }

        for (var i = 0; i < times.Length; i++)
        {
            var place = starts[Digit(times[i], digit)]++;
            toTimes[place] = times[i];
            toItems[place] = items[i];
        }
    }

    private static int Digit(long time, (long Min, int Shift) digit) =>
        digit.Shift >= 64 ? 0 : (int)((((ulong)time - (ulong)digit.Min) >> digit.Shift) & (Digits - 1));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (long Min, long Max, bool IsSorted) Scan(ReadOnlySpan<long> times)
    {
        var (min, max, isSorted) = (long.MaxValue, long.MinValue, true);
        foreach (var time in times)
        {
            isSorted &= time >= max;
            min = Math.Min(min, time);
            max = Math.Max(max, time);
        }

        return (min, max, isSorted);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Insert(Span<long> times, Span<int> items)
    {
        for (var i = 1; i < times.Length; i++)
        {
            var (time, item, j) = (times[i], items[i], i);
            for (; j > 0 && times[j - 1] > time; j--)
            {
                (times[j], items[j]) = (times[j - 1], items[j - 1]);
            }

            (times[j], items[j]) = (time, item);
        }
    }
}
