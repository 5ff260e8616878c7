using System.Text.Json;

namespace Workflow.Features.Views;

/// <summary>When an event can be known: at a column's time or else the event's own, plus a declared delay. Immutable.</summary>
/// <remarks>
/// An event counts for a query at q only if it is available at or before q. Without an honest availability, features know the future:
/// a flight's arrival delay is not known when it departs. An event whose availability is null is never available.
/// </remarks>
public sealed class Availability
{
    private Availability()
    {
    }

    /// <summary>Gets the rule for events that are known the moment they happen.</summary>
    public static Availability AtEventTime { get; } = new();

    /// <summary>Gets the column that holds the time of being known; null for the event time.</summary>
    public string? Column { get; private init; }

    /// <summary>Gets the delay that every row has. Never negative.</summary>
    public TimeSpan Delay { get; private init; }

    /// <summary>Gets a further delay, in seconds, computed for each row and rounded up to microseconds; null for none.</summary>
    public Expression? Seconds { get; private init; }

    /// <summary>Events are known at the time in a column of their own.</summary>
    /// <param name="column">A timestamp.</param>
    public static Availability FromColumn(string column)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(column);
        return new Availability { Column = column };
    }

    /// <summary>Adds the same delay to every event.</summary>
    /// <param name="delay">Zero or more.</param>
    public Availability After(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        return new Availability { Column = Column, Delay = delay, Seconds = Seconds };
    }

    /// <summary>Adds a delay that depends on the row.</summary>
    /// <param name="seconds">A formula in seconds, for example <c>1800 + 8 * distance</c>. Where it is null or NaN the event is never available.</param>
    public Availability AfterSeconds(string seconds) =>
        new() { Column = Column, Delay = Delay, Seconds = Expression.Parse(seconds) };

    /// <summary>Gives the columns that it reads beside the event time.</summary>
    internal IEnumerable<string> Columns => (Column is null ? [] : new[] { Column }).Concat(Seconds?.Columns ?? []);

    /// <summary>Identifies the rule within one source.</summary>
    internal string Key => $"{Column}|{FeatureTime.Microseconds(Delay)}|{Seconds}";

    /// <summary>Computes when one event begins to be known.</summary>
    /// <param name="start">The column's or else the event's time.</param>
    /// <param name="seconds">The value of <see cref="Seconds"/>, or 0.</param>
    internal long At(long start, double seconds)
    {
        var microseconds = Math.Ceiling(seconds * 1e6);
        return start == FeatureTime.Never || !(Math.Abs(microseconds) <= FeatureTime.Latest)
            ? FeatureTime.Never
            : start + FeatureTime.Microseconds(Delay) + (long)microseconds;
    }

    internal void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("available");
        if (Column is not null)
        {
            writer.WriteString("column", Column);
        }

        writer.WriteString("delay", FeatureTime.Text(Delay));
        if (Seconds is not null)
        {
            writer.WriteString("seconds", Seconds.ToString());
        }

        writer.WriteEndObject();
    }
}
