using System.Globalization;

namespace Workflow.Features.Views;

/// <summary>Moments as microseconds since 1970-01-01T00:00:00Z, within the years 1 to 9999.</summary>
internal static class FeatureTime
{
    public const long Earliest = -62_135_596_800_000_000;
    public const long Latest = 253_402_300_799_999_999;

    /// <summary>When something never becomes available.</summary>
    public const long Never = long.MaxValue;

    public static bool IsInRange(double microseconds) => microseconds is >= Earliest and <= Latest;

    public static DateTime ToDateTime(long microseconds) => DateTime.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);

    public static long Microseconds(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;

    public static long Microseconds(DateTimeOffset time) => (time.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>Writes a duration in the largest whole unit: <c>500us</c>, <c>10ms</c>, <c>30s</c>, <c>5m</c>, <c>2h</c>, <c>7d</c>.</summary>
    public static string Text(TimeSpan span)
    {
        var microseconds = Microseconds(span);
        var (divisor, unit) = microseconds switch
        {
            _ when microseconds % 86_400_000_000 == 0 => (86_400_000_000, "d"),
            _ when microseconds % 3_600_000_000 == 0 => (3_600_000_000, "h"),
            _ when microseconds % 60_000_000 == 0 => (60_000_000, "m"),
            _ when microseconds % 1_000_000 == 0 => (1_000_000, "s"),
            _ when microseconds % 1_000 == 0 => (1_000, "ms"),
            _ => (1L, "us"),
        };
        return (microseconds / divisor).ToString(CultureInfo.InvariantCulture) + unit;
    }
}
