namespace Workflow.Features.Online.Stores;

/// <summary>How a service's features are read.</summary>
public sealed class OnlineReaderOptions
{
    /// <summary>Gets or sets how long an answer may take; values that have not come by then have the status <see cref="Views.FeatureStatus.NotAnswered"/>. Default: null, as long as the store takes.</summary>
    public TimeSpan? Deadline { get; set; }
}
