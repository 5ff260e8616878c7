namespace Workflow.Data.Tables.Csv;

/// <summary>Reads ISO 8601 dates and times.</summary>
internal static class IsoTime
{
    /// <summary>Reads <c>2001-01-31</c> as days since 1970.</summary>
    public static bool TryParseDate(ReadOnlySpan<byte> text, out int days)
    {
        days = 0;
        if (text.Length != 10 || !TryDate(text, out var date))
        {
            return false;
        }

        days = date.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;
        return true;
    }

    /// <summary>Reads <c>2001-01-31</c>, <c>2001-01-31T23:59</c>, <c>2001-01-31 23:59:58.123456Z</c> or <c>…+01:00</c> as µs since 1970.</summary>
    /// <remarks>Without offset the time is UTC. Digits after the microsecond are cut off.</remarks>
    public static bool TryParseMicroseconds(ReadOnlySpan<byte> text, out long microseconds)
    {
        microseconds = 0;
        if (!TryDate(text, out var date))
        {
            return false;
        }

        var rest = text[10..];
        long time = 0;
        if (!rest.IsEmpty && (rest[0] is not ((byte)'T' or (byte)' ') || !TryTime(rest[1..], out rest, out time)))
        {
            return false;
        }

        if (!TryOffset(rest, out var offsetMinutes))
        {
            return false;
        }

        var days = (long)date.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;
        microseconds = (days * 86_400_000_000) + time - (offsetMinutes * 60_000_000L);
        return true;
    }

    private static bool TryDate(ReadOnlySpan<byte> text, out DateOnly date)
    {
        date = default;
        if (text.Length < 10 || text[4] != '-' || text[7] != '-'
            || !TryDigits(text[..4], out var year) || !TryDigits(text[5..7], out var month) || !TryDigits(text[8..10], out var day)
            || year == 0 || month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        date = new DateOnly(year, month, day);
        return true;
    }

    private static bool TryTime(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> rest, out long microseconds)
    {
        microseconds = 0;
        rest = default;
        if (text.Length < 5 || text[2] != ':' || !TryDigits(text[..2], out var hours) || !TryDigits(text[3..5], out var minutes) || hours > 23 || minutes > 59)
        {
            return false;
        }

        rest = text[5..];
        var seconds = 0;
        var fraction = 0;
        if (!rest.IsEmpty && rest[0] == ':')
        {
            if (rest.Length < 3 || !TryDigits(rest[1..3], out seconds) || seconds > 59)
            {
                return false;
            }

            rest = rest[3..];
            if (!rest.IsEmpty && rest[0] == '.' && !TryFraction(rest[1..], out rest, out fraction))
            {
                return false;
            }
        }

        microseconds = ((((hours * 60L) + minutes) * 60 + seconds) * 1_000_000) + fraction;
        return true;
    }

    private static bool TryFraction(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> rest, out int microseconds)
    {
        microseconds = 0;
        var digits = 0;
        for (; digits < text.Length && text[digits] is >= (byte)'0' and <= (byte)'9'; digits++)
        {
            microseconds = digits < 6 ? (microseconds * 10) + text[digits] - '0' : microseconds;
        }

        for (var i = digits; i < 6; i++)
        {
            microseconds *= 10;
        }

        rest = text[digits..];
        return digits is > 0 and <= 9;
    }

    private static bool TryOffset(ReadOnlySpan<byte> text, out int minutes)
    {
        minutes = 0;
        if (text.IsEmpty || text is [(byte)'Z'])
        {
            return true;
        }

        var isShort = text.Length == 3;
        var hasColon = text.Length == 6 && text[3] == ':';
        if (text[0] is not ((byte)'+' or (byte)'-') || !(isShort || hasColon || text.Length == 5)
            || !TryDigits(text[1..3], out var hours) || (!TryDigits(isShort ? "00"u8 : text[^2..], out minutes)) || hours > 23 || minutes > 59)
        {
            return false;
        }

        minutes = ((hours * 60) + minutes) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool TryDigits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (var c in text)
        {
            if (c is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            value = (value * 10) + c - '0';
        }

        return true;
    }
}
