using Apache.Arrow;
using Apache.Arrow.Types;

namespace Workflow.Monitoring.Profiles;

/// <summary>Cuts time into windows of equal length, in UTC. Immutable.</summary>
/// <remarks>A window holds its start and not its end. A day is 24 hours: there is no daylight saving in UTC.</remarks>
public sealed record TimeWindows
{
    /// <summary>Gets weeks that start on Monday.</summary>
    public static TimeWindows Weekly { get; } = new() { Length = TimeSpan.FromDays(7) };

    /// <summary>Gets days.</summary>
    public static TimeWindows Daily { get; } = new() { Length = TimeSpan.FromDays(1) };

    /// <summary>Gets the length of a window: at least a second.</summary>
    public required TimeSpan Length
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.FromSeconds(1));
            field = value;
        }
    }

    /// <summary>Gets the start of window 0. Default Monday, 5 January 1970.</summary>
    public DateTimeOffset Origin { get; init; } = DateTimeOffset.UnixEpoch.AddDays(4);

    /// <summary>Gives the number of the window that holds a moment; negative before the origin.</summary>
    /// <param name="moment">Any.</param>
    public long IndexOf(DateTimeOffset moment) => IndexOfMicroseconds((moment.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond);

    /// <summary>Gives the first moment of a window.</summary>
    /// <param name="index">The window's number.</param>
    public DateTimeOffset StartOf(long index) => Origin.ToUniversalTime().AddTicks(checked(index * Length.Ticks));

    /// <summary>Gives the first moment after a window.</summary>
    /// <param name="index">The window's number.</param>
    public DateTimeOffset EndOf(long index) => StartOf(index) + Length;

    internal long IndexOfMicroseconds(long microseconds)
    {
        var origin = (Origin.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
        var length = Length.Ticks / TimeSpan.TicksPerMicrosecond;
        return ((microseconds - origin) / length) - ((microseconds - origin) % length < 0 ? 1 : 0);
    }

    /// <summary>Gives the microseconds of a column whose type has been checked. The caller keeps the batch alive.</summary>
    /// <exception cref="InvalidDataException">A time is null.</exception>
    internal static ReadOnlySpan<long> Microseconds(IArrowArray times, string column) => times.NullCount == 0
        ? ((TimestampArray)times).Values
        : throw new InvalidDataException($"Column '{column}' has {times.NullCount} null times in one batch; every row needs its moment.");

    internal static Field TimeField(string name) => new(name, new TimestampType(TimeUnit.Microsecond, "UTC"), nullable: true);
}
