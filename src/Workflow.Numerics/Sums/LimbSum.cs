using System.Buffers.Binary;
using System.Numerics;

namespace Workflow.Numerics.Sums;

/// <summary>Sums a span exactly into 64-bit limbs that are 32 bits apart: no branch on the spread of the values.</summary>
/// <remarks>The "small superaccumulator" of Neal, "Fast exact summation using small and large superaccumulators", 2015.</remarks>
internal static class LimbSum
{
    /// <summary>Below this length one addition at a time is cheaper than clearing the limbs.</summary>
    public const int WorthwhileLength = 256;

    // Positions 0..2045 + 53 bits over 32-bit digits, one limb of carry.
    private const int Limbs = 68;

    // A limb takes less than 2^33 an addition: carries must be settled before 2^30 of them.
    private const int SettleEvery = 1 << 29;

    /// <summary>Gives the sum of the finite values in units of the smallest float64, and the counts of the others.</summary>
    public static BigInteger Of(ReadOnlySpan<double> values, out long nans, out long positive, out long negative)
    {
        (nans, positive, negative) = (0, 0, 0);
        Span<long> limbs = stackalloc long[Limbs];
        limbs.Clear();
        var unsettled = 0;
        foreach (var value in values)
        {
            var bits = BitConverter.DoubleToInt64Bits(value);
            var exponent = (int)(bits >> 52) & 0x7FF;
            var mantissa = (ulong)bits & 0xF_FFFF_FFFF_FFFF;
            if (exponent == 0x7FF)
            {
                nans += double.IsNaN(value) ? 1 : 0;
                positive += double.IsPositiveInfinity(value) ? 1 : 0;
                negative += double.IsNegativeInfinity(value) ? 1 : 0;
                continue;
            }

            var normal = exponent == 0 ? 0 : 1;
            mantissa |= (ulong)normal << 52;
            var position = exponent - normal;
            var shift = position & 31;
            var (low, high) = (mantissa << shift, shift == 0 ? 0 : mantissa >> (64 - shift));
            var sign = bits >> 63;
            var limb = limbs.Slice(position >> 5, 3);
            limb[0] += ((long)(uint)low ^ sign) - sign;
            limb[1] += ((long)(low >> 32) ^ sign) - sign;
            limb[2] += ((long)high ^ sign) - sign;
            if (++unsettled == SettleEvery)
            {
                Settle(limbs);
                unsettled = 0;
            }
        }

        Settle(limbs);

        // Settled limbs are the digits of the sum in two's complement; the last one carries the sign.
        Span<byte> bytes = stackalloc byte[(Limbs + 1) * sizeof(int)];
        for (var i = 0; i < Limbs - 1; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[(i * sizeof(int))..], (uint)limbs[i]);
        }

        BinaryPrimitives.WriteInt64LittleEndian(bytes[((Limbs - 1) * sizeof(int))..], limbs[^1]);
        return new BigInteger(bytes);
    }

    private static void Settle(Span<long> limbs)
    {
        for (var i = 0; i < limbs.Length - 1; i++)
        {
            var carry = limbs[i] >> 32;
            limbs[i] -= carry << 32;
            limbs[i + 1] += carry;
        }
    }
}
