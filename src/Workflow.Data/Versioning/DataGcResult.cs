using System.Collections.Immutable;

namespace Workflow.Data.Versioning;

/// <summary>What <see cref="DataRepository.CollectGarbageAsync"/> removed, or would remove. Immutable.</summary>
public sealed record DataGcResult
{
    /// <summary>Gets what was removed (or would be, see <see cref="IsDry"/>): what the cache held, then what each remote held, of each lists of files first, then files.</summary>
    public required ImmutableArray<GarbageObject> Removed { get; init; }

    /// <summary>Gets whether nothing was removed because only the answer was asked for.</summary>
    public required bool IsDry { get; init; }

    /// <summary>Gets how many objects that nothing refers to were kept because they came less than the grace period ago.</summary>
    public required int KeptYoung { get; init; }

    /// <summary>Gets the lists of files (ids with <c>.dir</c>) that something refers to and that are neither in the cache nor in the remote: what they list could not be kept. With <see cref="DataGcOptions.Cloud"/> that is an error.</summary>
    public required ImmutableArray<string> MissingLists { get; init; }
}
