namespace Workflow.Features.Streaming;

/// <summary>Where a producer's stream stands after a batch: kept together with the batch, so that a host goes on exactly after what was taken in. Immutable.</summary>
/// <param name="Stream">What is counted, in the host's own words, for example a topic and partition or a file: <c>flights/3</c>.</param>
/// <param name="Offset">The place to go on from, in the host's own words.</param>
public sealed record StreamPosition(string Stream, string Offset);
