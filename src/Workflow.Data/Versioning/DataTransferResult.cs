using System.Collections.Immutable;

namespace Workflow.Data.Versioning;

/// <summary>What a fetch or a push did. Immutable.</summary>
public sealed record DataTransferResult
{
    /// <summary>Gets the objects that were transferred, <c>.dir</c> objects and records of runs included.</summary>
    public required long Objects { get; init; }

    /// <summary>Gets their bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>Gets the objects that are neither in the cache nor in the remote, by their ids: DVC warns of them and goes on.</summary>
    public required ImmutableArray<string> Missing { get; init; }
}
