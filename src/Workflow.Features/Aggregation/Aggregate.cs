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

    /// <summary>Gets whether an event can be taken out again exactly. Without it, sliding a window costs O(log n) a row instead of O(1).</summary>
    public abstract bool IsInvertible { get; }

    /// <summary>Gets whether the order of events is irrelevant. Follows from <see cref="IsInvertible"/>. Without it, a window over the whole history costs O(log n) a row too.</summary>
    public abstract bool IsCommutative { get; }

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

    /// <summary>Measures the seconds from the last event's time to the query time. Null when there is none.</summary>
    public static Aggregate TimeSinceLast() => new TimeSinceLastAggregate();

    /// <summary>Starts an empty window, for tests and other drivers.</summary>
    public abstract Accumulator NewAccumulator();

    internal abstract WindowRunner CreateRunner(double[][] inputs, bool isBounded);

    /// <summary>Says whether events may be added as they come and removed as they grow old; else they must be merged in time order.</summary>
    internal bool Slides(bool isBounded) => IsInvertible || (IsCommutative && !isBounded);

    internal abstract OnlineColumn CreateOnlineColumn();
}
