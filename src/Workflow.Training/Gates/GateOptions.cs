namespace Workflow.Training.Gates;

/// <summary>The rule of a gate, fixed before anybody looks at the scores. Bound from <c>Workflow:Training:Gate</c>.</summary>
/// <remarks>Not thread-safe; a gate takes a copy.</remarks>
public sealed class GateOptions
{
    /// <summary>Gets or sets by how much the challenger's area under the ROC curve must be higher. Default 0: better at all. Negative is a non-inferiority margin. From −1 to 1.</summary>
    public double MinimumAreaGain { get; set; }

    /// <summary>Gets or sets by how much its log loss, in nats, may be higher. Default 0.001; at least 0.</summary>
    public double MaximumLogLossRise { get; set; } = 0.001;

    /// <summary>Gets or sets the probability with which each interval covers the truth. Default 0.95: an equal challenger passes in at most about one case of 40. Above 0.5, up to 0.999.</summary>
    public double Confidence { get; set; } = 0.95;

    /// <summary>Gets or sets the number of bootstrap resamples. Default 2,000; from 200 to 1,000,000.</summary>
    public int Resamples { get; set; } = 2_000;

    /// <summary>Gets or sets the fewest clusters (or groups of rows) on which anything is decided. Default 20; at least 2.</summary>
    public int MinimumClusters { get; set; } = 20;

    /// <summary>Gets or sets the fewest rows of each class on which anything is decided. Default 100; at least 2.</summary>
    public int MinimumRowsPerClass { get; set; } = 100;

    /// <summary>Gets or sets the most groups that are resampled; more clusters or rows are dealt into so many groups at random. Default 512; from 20 to 2,048.</summary>
    public int MaximumGroups { get; set; } = 512;

    /// <summary>Gets or sets the seed of dealing and resampling. Default 42.</summary>
    public long Seed { get; set; } = 42;

    internal IEnumerable<string> Faults() =>
    [
        .. Range(nameof(MinimumAreaGain), MinimumAreaGain, -1, 1),
        .. Range(nameof(MaximumLogLossRise), MaximumLogLossRise, 0, double.MaxValue),
        .. Range(nameof(Confidence), Confidence, Math.BitIncrement(0.5), 0.999),
        .. Range(nameof(Resamples), Resamples, 200, 1_000_000),
        .. Range(nameof(MinimumClusters), MinimumClusters, 2, int.MaxValue),
        .. Range(nameof(MinimumRowsPerClass), MinimumRowsPerClass, 2, int.MaxValue),
        .. Range(nameof(MaximumGroups), MaximumGroups, 20, 2_048),
    ];

    internal GateOptions Copy() => (GateOptions)MemberwiseClone();

    // Written so that NaN is a fault too.
    private static IEnumerable<string> Range(string name, double value, double least, double greatest)
    {
        if (!(value >= least && value <= greatest))
        {
            yield return FormattableString.Invariant($"{name} is {value}; give a number from {least} to {greatest}.");
        }
    }
}
