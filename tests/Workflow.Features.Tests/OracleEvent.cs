namespace Workflow.Features.Tests;

/// <summary>An event as the oracles see it.</summary>
internal sealed record OracleEvent(long Time, double? X, double? Y);
