namespace Workflow.Monitoring.Drift;

/// <summary>The drift of one window of time. Immutable.</summary>
/// <param name="Start">The first moment of the window, UTC.</param>
/// <param name="End">The first moment after it.</param>
/// <param name="Report">What was found.</param>
public sealed record WindowDrift(DateTimeOffset Start, DateTimeOffset End, DriftReport Report);
