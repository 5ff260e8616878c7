namespace Workflow.Monitoring.Feedback;

/// <summary>The marks of the default retrain policy, to be fixed before the data are seen. Null switches a condition off.</summary>
public sealed class RetrainPolicyOptions
{
    /// <summary>Gets or sets how far the realised AUC may fall below the reference. Default 0.02.</summary>
    public double? MaximumAucDrop { get; set; } = 0.02;

    /// <summary>Gets or sets the share of features that may have drifted. Default 0.5. Drift alone often does no harm, hence a high mark.</summary>
    public double? MaximumDriftedShare { get; set; } = 0.5;

    /// <summary>Gets or sets the age at which a model is retrained in any case. Default 90 days.</summary>
    public TimeSpan? MaximumAge { get; set; } = TimeSpan.FromDays(90);

    /// <summary>Gets or sets the new labels without which there is nothing to learn. Default 10,000.</summary>
    public long? MinimumNewLabels { get; set; } = 10_000;

    /// <summary>Gets or sets the shortest time between two trainings. Default 7 days.</summary>
    public TimeSpan? Cooldown { get; set; } = TimeSpan.FromDays(7);
}
