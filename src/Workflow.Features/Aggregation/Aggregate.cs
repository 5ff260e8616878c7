using System.Collections.Immutable;

namespace Workflow.Features.Aggregation;

/// <summary>How a feature is computed from the events of a window: one kernel, which replay, stream and request only drive.</summary>
/// <remarks>Immutable; safe for concurrent use. Write one of your own by deriving from <see cref="Aggregate{TState}"/>.</remarks>
public abstract class Aggregate
{
    private protected Aggregate(string name, FeatureValueKind kind, ImmutableArray<string> inputs)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        (Name, Kind, Inputs) = (name, kind, inputs.IsDefault ? [] : inputs);
    }

    /// <summary>Gets what is computed, for example <c>mean</c>. Part of the view's digest: an aggregate whose meaning changes needs another name.</summary>
    public string Name { get; }

    /// <summary>Gets the type of the result.</summary>
    public FeatureValueKind Kind { get; }

    /// <summary>Gets the columns it reads, source or derived, in the order of <see cref="FeatureEvent"/>'s inputs.</summary>
    public ImmutableArray<string> Inputs { get; }

    /// <summary>Gets what else decides the result, such as a half-life. Part of the view's digest.</summary>
    public virtual ImmutableSortedDictionary<string, string> Parameters => ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Gets whether an event can be taken out again exactly. Without it and without <see cref="CanForget"/>, sliding a window costs O(log n) a row instead of O(1).</summary>
    public abstract bool IsInvertible { get; }

    /// <summary>Gets whether the order of events is irrelevant. Follows from <see cref="IsInvertible"/>. Without it, a window over the whole history costs O(log n) a row too.</summary>
    public abstract bool IsCommutative { get; }

    /// <summary>Gets whether old events can be forgotten, by their time. With <see cref="IsCommutative"/> it makes sliding a window cheap where there is no inverse.</summary>
    public virtual bool CanForget => false;

    /// <summary>Gets the aggregate that gives the same values with a state made for windows that slide, for example one that can forget; this one where there is no better.</summary>
    public virtual Aggregate ForBoundedWindow => this;

    /// <summary>Counts events. Never null for a known key.</summary>
    public static Aggregate Count() => new CountAggregate();

    /// <summary>Adds a column exactly, rounding once. Nulls are left out; null when nothing is left.</summary>
    /// <param name="column">A number, boolean or timestamp, source or derived.</param>
    public static Aggregate Sum(string column) => new SumAggregate(column);

    /// <summary>Averages a column: the exact sum, rounded, divided by the number of values. Nulls are left out; null when nothing is left. Of a condition it is the share of rows where it holds.</summary>
    /// <param name="column">A number, boolean or timestamp, source or derived.</param>
    public static Aggregate Mean(string column) => new MeanAggregate(column);

    /// <summary>Takes the smallest value of a column. Nulls are left out; null when nothing is left; NaN if any value is.</summary>
    /// <param name="column">A number, boolean or timestamp, source or derived.</param>
    public static Aggregate Min(string column) => new ExtremeAggregate(column, isMax: false);

    /// <summary>Takes the largest value of a column. Nulls are left out; null when nothing is left; NaN if any value is.</summary>
    /// <param name="column">A number, boolean or timestamp, source or derived.</param>
    public static Aggregate Max(string column) => new ExtremeAggregate(column, isMax: true);

    /// <summary>Divides two exact sums over the rows where both columns are present. Null when there is none or the divisor is 0.</summary>
    /// <param name="numerator">A number or boolean, source or derived.</param>
    /// <param name="denominator">A number or boolean, source or derived.</param>
    public static Aggregate Ratio(string numerator, string denominator) => new RatioAggregate(numerator, denominator);

    /// <summary>Measures how far a column spreads: the variance, rounded once from exact sums of the values and of their squares. Nulls are left out; null with fewer values than needed; NaN if any value is not finite.</summary>
    /// <param name="column">A number, boolean or timestamp, source or derived.</param>
    /// <param name="kind">What the squared deviations are divided by.</param>
    public static Aggregate Variance(string column, VarianceKind kind = VarianceKind.Sample)
    {
        if (kind is not (VarianceKind.Sample or VarianceKind.Population))
        {
            throw new ArgumentOutOfRangeException(nameof(kind), kind, "Expected Sample or Population.");
        }

        return new VarianceAggregate(column, kind);
    }

    /// <summary>Lists the earliest values of a column, oldest first. Nulls are left out; null when nothing is left. Equal times are ordered by value, so the order of arrival does not matter.</summary>
    /// <param name="column">A number, boolean or timestamp, source or derived.</param>
    /// <param name="count">How many at most, 1 to 1000.</param>
    public static Aggregate FirstK(string column, int count) => new FirstKAggregate(column, ListLength(count), isSliding: false);

    /// <summary>Lists the latest values of a column, oldest first. Nulls are left out; null when nothing is left. Equal times are ordered by value, so the order of arrival does not matter.</summary>
    /// <param name="column">A number, boolean or timestamp, source or derived.</param>
    /// <param name="count">How many at most, 1 to 1000.</param>
    public static Aggregate LastK(string column, int count) => new LastKAggregate(column, ListLength(count));

    /// <summary>Counts the distinct values of a column exactly, at the cost of holding each. Nulls are left out; −0 is +0, and NaN is one value. Never null for a known key.</summary>
    /// <remarks>Texts and bytes are told apart by 53 bits of their hash: of a million distinct ones, two count as one with a chance of 1 in 18,000.</remarks>
    /// <param name="column">A number, boolean or timestamp, source or derived, or a source column of texts or bytes.</param>
    public static Aggregate Distinct(string column) => new DistinctAggregate(column);

    /// <summary>Estimates the number of distinct values of a column by HyperLogLog with 2^precision registers: standard error about 1.04 / √(2^precision), 1.6 % by default. Nulls are left out; −0 is +0, and NaN is one value. Never null for a known key.</summary>
    /// <remarks>The registers, and so the estimate, depend on the set of values only. A key's history costs one byte a register, less for few values; a window that slides also counts values by register and rank. The format is the package's own, not that of Apache DataSketches.</remarks>
    /// <param name="column">A number, boolean or timestamp, source or derived, or a source column of texts or bytes.</param>
    /// <param name="precision">4 to 16.</param>
    public static Aggregate ApproximateDistinct(string column, int precision = 12)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(precision, 4);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(precision, 16);
        return new ApproximateDistinctAggregate(column, precision);
    }

    /// <summary>Gives the ⌈p·n⌉-th smallest of n values (for p = 0 the smallest) to within a relative error. Nulls are left out; null when nothing is left; NaN if any value is.</summary>
    /// <remarks>
    /// Counts values in bins that are the leading bits of their float64: 2^b bins from one power of two to the next, with b the smallest for which a bin's middle
    /// is within the error. Ranks are exact, zero and infinities too; the bound does not hold below 2.2e-308. Depends on the multiset of values only.
    /// </remarks>
    /// <param name="column">A number, boolean or timestamp, source or derived.</param>
    /// <param name="probability">p, from 0 to 1.</param>
    /// <param name="relativeError">From 0.0001 to 0.25: the result is at most this far, relatively, from the value of that rank.</param>
    public static Aggregate Quantile(string column, double probability, double relativeError = 0.01)
    {
        if (!(probability is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "Expected a probability from 0 to 1.");
        }

        if (!(relativeError is >= 0.0001 and <= 0.25))
        {
            throw new ArgumentOutOfRangeException(nameof(relativeError), relativeError, "Expected a relative error from 0.0001 to 0.25.");
        }

        var bits = 1;
        while (Math.ScaleB(1, -(bits + 1)) > relativeError)
        {
            bits++;
        }

        return new QuantileAggregate(column, probability, bits);
    }

    /// <summary>Lists the most frequent values of a column, by exact counts: most frequent first, the smaller value first where two are equally frequent. Nulls are left out; null when nothing is left.</summary>
    /// <remarks>Holds each distinct value, and visits them all for each result.</remarks>
    /// <param name="column">A number, boolean or timestamp, source or derived.</param>
    /// <param name="count">How many at most, 1 to 1000.</param>
    public static Aggregate TopK(string column, int count) => new TopKAggregate(column, ListLength(count), givesCounts: false);

    /// <summary>Lists how often each value of <see cref="TopK"/> occurs, in its order.</summary>
    /// <param name="column">A number, boolean or timestamp, source or derived.</param>
    /// <param name="count">How many at most, 1 to 1000.</param>
    public static Aggregate TopKCounts(string column, int count) => new TopKAggregate(column, ListLength(count), givesCounts: true);

    /// <summary>Counts values by bins. Bin i of k edges holds <c>edges[i − 1] &lt; v ≤ edges[i]</c>; then come those above the last edge, then NaN: k + 2 counts. Nulls are left out. Never null for a known key.</summary>
    /// <param name="column">A number, boolean or timestamp, source or derived.</param>
    /// <param name="edges">1 to 1000 finite upper bounds, each greater than the one before.</param>
    public static Aggregate Histogram(string column, params ReadOnlySpan<double> edges)
    {
        ListLength(edges.Length);
        for (var i = 0; i < edges.Length; i++)
        {
            if (!double.IsFinite(edges[i]) || (i > 0 && edges[i] <= edges[i - 1]))
            {
                throw new ArgumentException($"Expected finite ascending edges, got {edges[i]} at position {i}{(i > 0 ? $" after {edges[i - 1]}" : "")}.", nameof(edges));
            }
        }

        return new HistogramAggregate(column, [.. edges]);
    }

    /// <summary>Sums a column with weights that halve with age: 2^(−age / half-life) at the query time. Nulls are left out; null when nothing is left.</summary>
    /// <remarks>
    /// Exact where it can be: whole half-lives since 1970 scale by powers of two, and each half-life is one exact sum. What is rounded is rounded for one event
    /// alone (its weight within its half-life) or once at the end, so the bits depend on neither order nor machine. The cost of a result is the number of half-lives that hold an event.
    /// </remarks>
    /// <param name="column">A number, boolean or timestamp, source or derived.</param>
    /// <param name="halfLife">A microsecond or more.</param>
    public static Aggregate DecayedSum(string column, TimeSpan halfLife) => new DecayedAggregate(column, HalfLife(halfLife), isMean: false);

    /// <summary>Averages a column with the weights of <see cref="DecayedSum"/>. Nulls are left out; null when nothing is left.</summary>
    /// <param name="column">A number, boolean or timestamp, source or derived.</param>
    /// <param name="halfLife">A microsecond or more.</param>
    public static Aggregate DecayedMean(string column, TimeSpan halfLife) => new DecayedAggregate(column, HalfLife(halfLife), isMean: true);

    /// <summary>Measures the seconds from the last event's time to the query time. Null when there is none.</summary>
    public static Aggregate TimeSinceLast() => new TimeSinceLastAggregate();

    /// <summary>Starts an empty window, for tests and other drivers.</summary>
    public abstract Accumulator NewAccumulator();

    internal abstract WindowRunner CreateRunner(double[][] inputs, bool isBounded);

    internal abstract VersionedWindowRunner CreateVersionedRunner(double[][] inputs);

    /// <summary>Gets whether its inputs may be texts or bytes, which come as numbers that are the same where they are.</summary>
    internal virtual bool TakesText => false;

    /// <summary>Says whether events may be added as they come and removed as they grow old; else they must be merged in time order.</summary>
    internal bool Slides(bool isBounded) => IsInvertible || (IsCommutative && (!isBounded || CanForget));

    /// <summary>Says whether what grows too old is forgotten by its time instead of being removed event by event.</summary>
    internal bool Forgets(bool isBounded) => isBounded && !IsInvertible && IsCommutative && CanForget;

    internal abstract OnlineColumn CreateOnlineColumn();

    private static int ListLength(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 1000);
        return count;
    }

    private static long HalfLife(TimeSpan halfLife)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(halfLife, TimeSpan.FromMicroseconds(1));
        return halfLife.Ticks / TimeSpan.TicksPerMicrosecond;
    }
}
