using System.Collections.Immutable;
using Workflow.Features.Views;

namespace Workflow.Features.Online.Stores;

/// <summary>What is to be brought into an online store. Immutable.</summary>
public sealed record MaterializationOrder
{
    /// <summary>Gets the views.</summary>
    public required ImmutableArray<FeatureView> Views { get; init; }

    /// <summary>Gets the moment as of which values are: events after it, and those that could not be known then, do not count. Inclusive for columns of the newest row.</summary>
    public required DateTimeOffset End { get; init; }

    /// <summary>Gets the earliest event time of columns of the newest row, inclusive; null for all of them. Windows have ends of their own.</summary>
    public DateTimeOffset? Start { get; init; }

    /// <summary>Gets whether only what came since the last run is written. What was never run before is written from the beginning, so that no silent key is lost.</summary>
    public bool IsIncremental { get; init; }

    /// <summary>
    /// Gets how far an incremental run looks back behind the last one, for events that came late. Default one day. A row whose
    /// availability lies behind that point is taken however old its event is.
    /// </summary>
    public TimeSpan RescanHorizon { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Gets whether a table of another definition is given up and written anew. Otherwise it is an error.</summary>
    public bool ReplacesDefinition { get; init; }
}
