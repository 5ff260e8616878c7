namespace FlightDelays.Loop;

/// <summary>What was answered for one flight.</summary>
/// <param name="Version">The version of the model.</param>
/// <param name="ServedBy"><c>champion</c>, <c>challenger</c> or <c>shadow</c>.</param>
/// <param name="Score">The probability of arriving late.</param>
internal readonly record struct Answer(long Version, string ServedBy, double Score);
