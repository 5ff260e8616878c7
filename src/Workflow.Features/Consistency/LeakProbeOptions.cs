using System.Collections.Frozen;
using Workflow.Data.Tables;
using Workflow.Features.Views;

namespace Workflow.Features.Consistency;

/// <summary>What a leak probe compares, and how often.</summary>
public sealed class LeakProbeOptions
{
    /// <summary>Gets or sets the events by the name of their source. Needed.</summary>
    public IReadOnlyDictionary<string, TableSource> Sources { get; set; } = FrozenDictionary<string, TableSource>.Empty;

    /// <summary>Gets or sets when the events of a source can honestly be known. A source without an entry is believed: the availability of its views counts as honest.</summary>
    public IReadOnlyDictionary<string, Availability> Honest { get; set; } = FrozenDictionary<string, Availability>.Empty;

    /// <summary>Gets or sets how many moments are probed, drawn from the label times. Default 4; 1 to 1000. Each costs two joins.</summary>
    public int Moments { get; set; } = 4;

    /// <summary>Gets or sets the seed of the moments and of the altered values. Default 1.</summary>
    public long Seed { get; set; } = 1;
}
