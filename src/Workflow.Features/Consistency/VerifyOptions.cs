using System.Collections.Frozen;
using Workflow.Data.Tables;

namespace Workflow.Features.Consistency;

/// <summary>What served vectors are compared with, and how far causes are looked for.</summary>
public sealed class VerifyOptions
{
    /// <summary>Gets or sets the events by the name of their source. Needed.</summary>
    public IReadOnlyDictionary<string, TableSource> Sources { get; set; } = FrozenDictionary<string, TableSource>.Empty;

    /// <summary>Gets or sets, by source, the column with the time at which a row really came, where it has one. It tells late events for certain; without it they are guessed from values that events known up to a week later would explain.</summary>
    public IReadOnlyDictionary<string, string> Arrived { get; set; } = FrozenDictionary<string, string>.Empty;

    /// <summary>Gets or sets how far the serving clock may have been off to count as the cause. Default one second; zero to a day.</summary>
    public TimeSpan ClockTolerance { get; set; } = TimeSpan.FromSeconds(1);
}
