using System.Collections.Immutable;

namespace Workflow.Testing.Features;

/// <summary>What <see cref="OnlineReplay"/> found. Immutable.</summary>
public sealed record OnlineReplayReport
{
    /// <summary>Gets how many reads were compared.</summary>
    public required long Vectors { get; init; }

    /// <summary>Gets how many values were compared.</summary>
    public required long Values { get; init; }

    /// <summary>Gets how many values, or statuses of newest rows, differed in any bit.</summary>
    public required long Mismatches { get; init; }

    /// <summary>Gets the first differences, at most 20, for people.</summary>
    public required ImmutableArray<string> FirstMismatches { get; init; }

    /// <summary>Gets how many rows of the sources arrived before the last read.</summary>
    public required long Events { get; init; }

    /// <summary>Gets how many events came too late for a read that should have counted them.</summary>
    public required long LateEvents { get; init; }

    /// <summary>Gets how many events the store held at the end.</summary>
    public required long RetainedEvents { get; init; }
}
