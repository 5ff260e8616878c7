using System.Globalization;

namespace FlightDelays.Flights;

/// <summary>The days from which a model learns. Immutable.</summary>
/// <param name="From">The first day.</param>
/// <param name="Validation">From here on rows only decide when to stop.</param>
/// <param name="To">The day after the last.</param>
internal sealed record TrainingPeriod(DateTimeOffset From, DateTimeOffset Validation, DateTimeOffset To)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{From:d MMM} – {Validation.AddDays(-1):d MMM}, stopped on {Validation:d MMM} – {To.AddDays(-1):d MMM}");
}
