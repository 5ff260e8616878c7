namespace Workflow.Data.Registry;

/// <summary>What may be purged.</summary>
public sealed class ModelPurgeOptions
{
    /// <summary>
    /// Gets or sets how long a version stays deleted before it is purged, and how old an artifact must be: one that was stored since may be
    /// about to be registered again. Default 7 days; at least 1 minute.
    /// </summary>
    public TimeSpan Grace { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Gets or sets who orders it. At most 255 characters.</summary>
    public required string Actor { get; set; }
}
