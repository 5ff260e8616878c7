using System.Numerics;

namespace Workflow.Numerics.Sums;

/// <summary>What few sums hold: special values, and a finite part too wide for 128 bits. Immutable, so that copies of a sum are independent.</summary>
internal sealed record RareSum(BigInteger? Wide, long NaNs, long Positive, long Negative)
{
    public static readonly RareSum None = new(null, 0, 0, 0);

    /// <summary>Gets what the special values make of the sum; null where only the finite part counts.</summary>
    public double? Special =>
        NaNs != 0 || Positive < 0 || Negative < 0 || (Positive > 0 && Negative > 0) ? double.NaN
        : Positive > 0 ? double.PositiveInfinity
        : Negative > 0 ? double.NegativeInfinity
        : null;

    public RareSum WithWide(BigInteger? wide) => this with { Wide = wide };

    public RareSum WithSpecials(long nans, long positive, long negative) =>
        this with { NaNs = NaNs + nans, Positive = Positive + positive, Negative = Negative + negative };

    public bool HasSameSpecials(RareSum other) => (NaNs, Positive, Negative) == (other.NaNs, other.Positive, other.Negative);

    public RareSum? OrNull() => this == None ? null : this;
}
