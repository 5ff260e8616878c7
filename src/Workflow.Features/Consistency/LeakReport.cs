using System.Collections.Immutable;

namespace Workflow.Features.Consistency;

/// <summary>What a leak probe found. Immutable.</summary>
public sealed record LeakReport
{
    /// <summary>Gets how many moments were probed.</summary>
    public required int Moments { get; init; }

    /// <summary>Gets how many rows were compared, counted once a moment and kind of change. 0 means that nothing was tested.</summary>
    public required long RowsCompared { get; init; }

    /// <summary>Gets how many events were changed, counted likewise. 0 means that nothing was tested.</summary>
    public required long EventsChanged { get; init; }

    /// <summary>Gets how many values changed although only the future did.</summary>
    public required long LeakCount { get; init; }

    /// <summary>Gets the first 100 of them.</summary>
    public required ImmutableArray<LeakedValue> Leaks { get; init; }

    /// <summary>Gets the features that leaked, most often first.</summary>
    public required ImmutableArray<string> LeakingFeatures { get; init; }

    /// <summary>Gets whether nothing leaked and something was tested.</summary>
    public bool IsClean => LeakCount == 0 && RowsCompared > 0 && EventsChanged > 0;
}
