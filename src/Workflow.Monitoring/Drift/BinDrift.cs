namespace Workflow.Monitoring.Drift;

/// <summary>One bin of a feature in the reference and in a window. Immutable.</summary>
/// <param name="Label">The bin's name for people.</param>
/// <param name="Reference">The reference rows in it.</param>
/// <param name="Current">The window's rows in it.</param>
public sealed record BinDrift(string Label, long Reference, long Current);
