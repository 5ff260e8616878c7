using Workflow.Data.Storage;

namespace Workflow.Data.Registry;

/// <summary>A version's hold of an alias, now or in the past. Immutable.</summary>
public sealed record AliasAssignment
{
    /// <summary>Gets the model's name.</summary>
    public required string Model { get; init; }

    /// <summary>Gets the alias.</summary>
    public required string Alias { get; init; }

    /// <summary>Gets the number of the version that holds it; 0 where the alias was taken away and nobody holds it.</summary>
    public required long Version { get; init; }

    /// <summary>Gets the number of the version that held it just before; null where nobody did.</summary>
    public required long? PreviousVersion { get; init; }

    /// <summary>Gets the number of the version to which a rollback returns; null when there is none to return to.</summary>
    /// <remarks>It differs from <see cref="PreviousVersion"/> after a rollback, which leads further back and not to the version just left.</remarks>
    public required long? RollbackVersion { get; init; }

    /// <summary>Gets the fencing number: 1, 2, 3 … of each alias. A server that has seen a higher one ignores this assignment.</summary>
    public required long Generation { get; init; }

    /// <summary>Gets who ordered it.</summary>
    public required string Actor { get; init; }

    /// <summary>Gets why.</summary>
    public required string Reason { get; init; }

    /// <summary>Gets the digest of what justifies it; null where there is nothing.</summary>
    public required ContentDigest? Evidence { get; init; }

    /// <summary>Gets since when: UTC, whole microseconds.</summary>
    public required DateTimeOffset At { get; init; }
}
