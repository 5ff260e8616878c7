namespace FlightDelays.Flights;

/// <summary>Which days serve which purpose. Fixed beforehand; all times are the data's local times read as UTC.</summary>
internal static class FlightCalendar
{
    /// <summary>The first day of the data.</summary>
    public static DateTimeOffset Begin { get; } = Day(1, 1);

    /// <summary>The champion learns from <see cref="Begin"/> until here, and stops early on what follows.</summary>
    public static DateTimeOffset ChampionValidation { get; } = Day(2, 19);

    /// <summary>The champion's last training day is over; March is for evaluation.</summary>
    public static DateTimeOffset Evaluation { get; } = Day(3, 1);

    /// <summary>The champion goes live.</summary>
    public static DateTimeOffset Live { get; } = Day(4, 1);

    /// <summary>Traffic ends; six flights of the source's last minute are left out.</summary>
    public static DateTimeOffset End { get; } = Day(7, 1);

    /// <summary>Champion and challenger are compared on this much traffic before the challenger answers any.</summary>
    public static TimeSpan Judgement { get; } = TimeSpan.FromDays(28);

    /// <summary>Gets the weeks of live traffic, Sunday to Saturday; the last one is shorter.</summary>
    public static IReadOnlyList<DateTimeOffset> Weeks { get; } = [.. Enumerable.Range(0, 13).Select(week => Live.AddDays(7 * week))];

    /// <summary>Gives the end of a live week.</summary>
    public static DateTimeOffset EndOfWeek(DateTimeOffset week) => week.AddDays(7) < End ? week.AddDays(7) : End;

    private static DateTimeOffset Day(int month, int day) => new(2001, month, day, 0, 0, 0, TimeSpan.Zero);
}
