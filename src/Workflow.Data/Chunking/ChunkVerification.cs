using System.Collections.Immutable;

namespace Workflow.Data.Chunking;

/// <summary>The outcome of reading and verifying a whole store. Immutable.</summary>
public sealed record ChunkVerification
{
    /// <summary>Gets how many packs were read.</summary>
    public required long Packs { get; init; }

    /// <summary>Gets how many chunks were verified.</summary>
    public required long Chunks { get; init; }

    /// <summary>Gets how many bytes of packs were read.</summary>
    public required long Bytes { get; init; }

    /// <summary>Gets every fault, ordered by blob.</summary>
    public required ImmutableArray<ChunkFault> Faults { get; init; }

    /// <summary>Gets the names whose content cannot be had whole, in order.</summary>
    public required ImmutableArray<string> DamagedNames { get; init; }

    /// <summary>Gets whether every byte is as it was written.</summary>
    public bool IsIntact => Faults.IsEmpty;
}
