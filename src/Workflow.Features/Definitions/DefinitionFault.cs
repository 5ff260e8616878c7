namespace Workflow.Features.Definitions;

/// <summary>One thing that is wrong in a file of definitions. Immutable.</summary>
/// <param name="Line">The line, from 1.</param>
/// <param name="Path">Where it stands, for example <c>views.driver_stats.ttl</c>; empty for the whole file.</param>
/// <param name="Problem">What was expected, what was found, what to do.</param>
public sealed record DefinitionFault(long Line, string Path, string Problem);
