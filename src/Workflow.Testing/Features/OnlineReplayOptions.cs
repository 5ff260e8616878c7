using Workflow.Features.Online;
using Workflow.Features.Views;

namespace Workflow.Testing.Features;

/// <summary>How <see cref="OnlineReplay"/> lets events arrive.</summary>
public sealed class OnlineReplayOptions
{
    /// <summary>Gets or sets the sources' column with the moment at which each row reaches the stream, in microseconds, milliseconds or seconds.</summary>
    public required string ArrivalColumn { get; set; }

    /// <summary>Gets or sets how often the store is advanced to the moment of the next read; null for never.</summary>
    public TimeSpan? AdvanceEvery { get; set; }

    /// <summary>Gets or sets what makes the store; null for one in memory.</summary>
    public Func<FeatureService, OnlineFeatures>? Online { get; set; }
}
