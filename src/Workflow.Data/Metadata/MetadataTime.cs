namespace Workflow.Data.Metadata;

/// <summary>Times of the metadata database: whole microseconds since 1970, UTC.</summary>
public static class MetadataTime
{
    /// <summary>Gives the stored form of a moment.</summary>
    /// <param name="time">Any moment; what is finer than a microsecond is cut off.</param>
    public static long ToMicroseconds(DateTimeOffset time)
    {
        var (quotient, remainder) = Math.DivRem(time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks, TimeSpan.TicksPerMicrosecond);
        return remainder < 0 ? quotient - 1 : quotient;
    }

    /// <summary>Gives the moment of a stored form.</summary>
    /// <param name="microseconds">Microseconds since 1970, UTC.</param>
    /// <exception cref="ArgumentOutOfRangeException">It lies outside the years 1 to 9999.</exception>
    public static DateTimeOffset FromMicroseconds(long microseconds)
    {
        const long Least = -62_135_596_800_000_000;
        const long Greatest = 253_402_300_799_999_999;
        ArgumentOutOfRangeException.ThrowIfLessThan(microseconds, Least);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(microseconds, Greatest);
        return DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);
    }

    /// <summary>Cuts a moment to what the database keeps, so that a value returned equals the value read back.</summary>
    /// <param name="time">Any moment.</param>
    public static DateTimeOffset Truncate(DateTimeOffset time) => FromMicroseconds(ToMicroseconds(time));
}
