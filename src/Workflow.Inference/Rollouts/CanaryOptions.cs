namespace Workflow.Inference.Rollouts;

/// <summary>Settings of a canary rollout. Read when it starts; later changes are not seen.</summary>
public sealed class CanaryOptions
{
    /// <summary>Gets or sets the challenger's share of the requests at each step, in per cent: ascending, the last is 100. Default 5, 25, 50, 100.</summary>
    public IReadOnlyList<double> Steps { get; set; } = [5, 25, 50, 100];

    /// <summary>Gets or sets the losses compared. Default: one, <c>loss</c>, with a tolerance of 0.01. All of them must allow a promotion.</summary>
    public IReadOnlyList<RolloutMetric> Metrics { get; set; } = [new RolloutMetric()];

    /// <summary>Gets or sets what the models are compared on. Default <see cref="RolloutEvidence.Paired"/>.</summary>
    public RolloutEvidence Evidence { get; set; }

    /// <summary>
    /// Gets or sets the probability of ever rolling back a challenger that is not worse, over the whole rollout, however often one looks.
    /// Default 0.05; more than 0, at most 0.5.
    /// </summary>
    public double RollbackAlpha { get; set; } = 0.05;

    /// <summary>
    /// Gets or sets the probability of ever promoting a challenger that is worse by more than the tolerance, over the whole rollout.
    /// Default 0.05; more than 0, at most 0.5.
    /// </summary>
    public double PromotionAlpha { get; set; } = 0.05;

    /// <summary>Gets or sets how many of the challenger's losses a step needs of each metric. Default 200, at least 1.</summary>
    public int MinObservations { get; set; } = 200;

    /// <summary>Gets or sets how long a step lasts at least, by the clock of the observations. Default 1 hour.</summary>
    public TimeSpan MinStepDuration { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Gets or sets when a rollout ends without a verdict, after its start, by the clock of the observations. Default 14 days.</summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.FromDays(14);

    /// <summary>Gets or sets at which number of faults of the challenger it is rolled back at once. Default 1, at least 1.</summary>
    public int FaultLimit { get; set; } = 1;

    /// <summary>Throws unless the settings can be used.</summary>
    /// <exception cref="ArgumentException">They cannot; lists everything that is wrong.</exception>
    public void Validate()
    {
        List<string> faults = [];
        if (Steps is not { Count: > 0 and <= 100 } || Steps.Zip(Steps.Skip(1)).Any(p => !(p.First < p.Second)) || !(Steps[0] >= 0.01) || Steps[^1] is not 100)
        {
            faults.Add($"Steps must ascend from at least 0.01 to 100, got [{string.Join(", ", Steps ?? [])}].");
        }

        if (Metrics is not { Count: > 0 and <= 16 } || Metrics.Any(m => string.IsNullOrEmpty(m.Name)) || Metrics.DistinctBy(m => m.Name).Count() != Metrics.Count)
        {
            faults.Add($"Metrics must be 1 to 16 with different names, got [{string.Join(", ", (Metrics ?? []).Select(m => m.Name))}].");
        }

        faults.AddRange((Metrics ?? []).Where(m => m.Tolerance is not (> 0 and < 1)).Select(m => $"Tolerance of '{m.Name}' must be between 0 and 1, got {m.Tolerance}."));
        Require(RollbackAlpha is > 0 and <= 0.5, nameof(RollbackAlpha), "more than 0 and at most 0.5", RollbackAlpha);
        Require(PromotionAlpha is > 0 and <= 0.5, nameof(PromotionAlpha), "more than 0 and at most 0.5", PromotionAlpha);
        Require(MinObservations >= 1, nameof(MinObservations), "at least 1", MinObservations);
        Require(MinStepDuration >= TimeSpan.Zero, nameof(MinStepDuration), "not negative", MinStepDuration);
        Require(Deadline > TimeSpan.Zero, nameof(Deadline), "more than zero", Deadline);
        Require(FaultLimit >= 1, nameof(FaultLimit), "at least 1", FaultLimit);
        Require(Enum.IsDefined(Evidence), nameof(Evidence), "Paired or ControlSlice", Evidence);
        if (faults.Count > 0)
        {
            throw new ArgumentException($"The rollout cannot start: {string.Join(" ", faults)}");
        }

        void Require(bool holds, string name, string expected, object actual)
        {
            if (!holds)
            {
                faults.Add($"{name} must be {expected}, got {actual}.");
            }
        }
    }
}
