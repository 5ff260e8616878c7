using System.Collections.Immutable;

namespace Workflow.Data.Versioning;

/// <summary>What <see cref="DataRepository.ScrubAsync"/> found. Immutable.</summary>
public sealed record DataScrubResult
{
    /// <summary>Gets everything that is wrong, litter included, by path.</summary>
    public required ImmutableArray<CacheFault> Faults { get; init; }

    /// <summary>Gets how many objects were read.</summary>
    public required long ObjectsRead { get; init; }

    /// <summary>Gets how many bytes they hold.</summary>
    public required long BytesRead { get; init; }

    /// <summary>Gets whether every object is what its name promises and everything that is referred to is there. Litter does not count.</summary>
    public bool IsIntact => Faults.All(static f => f.Kind == CacheFaultKind.Litter);
}
