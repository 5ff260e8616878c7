namespace Workflow.Features.Aggregation;

/// <summary>A value and when it happened. Equal times are ordered by value, so that the order of arrival does not matter.</summary>
internal readonly record struct TimedKey(long Time, long Key) : IComparable<TimedKey>
{
    public int CompareTo(TimedKey other) => Time != other.Time ? Time.CompareTo(other.Time) : Key.CompareTo(other.Key);
}
