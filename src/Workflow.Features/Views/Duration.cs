using System.Globalization;

namespace Workflow.Features.Views;

/// <summary>Durations as definitions write them: a whole number and one of <c>us ms s m h d</c>.</summary>
internal static class Duration
{
    public const string Rule = "a whole number followed by us, ms, s, m, h or d, such as 500us, 10ms, 30s, 5m, 2h or 7d";

    /// <summary>Gives the longest duration: 100 years.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(36_525);

    /// <summary>Reads a duration from 0 to 100 years.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        var digits = text.TakeWhile(char.IsAsciiDigit).Count();
        long microseconds = text[digits..] switch
        {
            "us" => 1,
            "ms" => 1_000,
            "s" => 1_000_000,
            "m" => 60_000_000,
            "h" => 3_600_000_000,
            "d" => 86_400_000_000,
            _ => 0,
        };
        if (microseconds == 0 || !long.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || count > FeatureTime.Microseconds(Longest) / microseconds)
        {
            return false;
        }

        duration = TimeSpan.FromTicks(count * microseconds * TimeSpan.TicksPerMicrosecond);
        return true;
    }
}
