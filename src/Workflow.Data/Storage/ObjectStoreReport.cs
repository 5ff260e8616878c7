using System.Collections.Immutable;

namespace Workflow.Data.Storage;

/// <summary>The outcome of reading every object of a store again. Immutable.</summary>
public sealed record ObjectStoreReport
{
    /// <summary>Gets how many objects were read, sound ones and others.</summary>
    public required long Objects { get; init; }

    /// <summary>Gets how many bytes the sound objects have.</summary>
    public required long Bytes { get; init; }

    /// <summary>Gets every object that is corrupt or cannot be read, in order of digest.</summary>
    public required ImmutableArray<ObjectFault> Faults { get; init; }

    /// <summary>Gets whether every object has the content that was stored.</summary>
    public bool IsIntact => Faults.IsEmpty;
}
