namespace Workflow.Monitoring.Drift;

/// <summary>When a change of the population stability index is an alarm: it must both matter and be no chance.</summary>
public sealed class PsiDriftOptions
{
    /// <summary>Gets or sets the smallest index that matters, in nats. Default 0.1, the usual mark of a moderate shift.</summary>
    public double MinimumPsi { get; set; } = 0.1;

    /// <summary>Gets or sets the largest adjusted p-value of an alarm. Default 0.01; above 0 and below 1.</summary>
    public double SignificanceLevel { get; set; } = 0.01;

    /// <summary>Gets or sets how p-values are adjusted for the number of features. Default Benjamini and Hochberg.</summary>
    public TestCorrection Correction { get; set; } = TestCorrection.BenjaminiHochberg;

    /// <summary>Gets or sets the rows below which nothing is tested. Default 30; at least 2.</summary>
    public int MinimumRows { get; set; } = 30;

    /// <summary>Gets or sets how many permutations are drawn at most where counts are small; 1 over this and one is the smallest p-value they give. Default 9999; at least 99.</summary>
    public int Permutations { get; set; } = 9999;

    /// <summary>Gets or sets the seed of the permutations. Default 42.</summary>
    public long Seed { get; set; } = 42;

    internal IEnumerable<string> Faults()
    {
        if (!(MinimumPsi >= 0 && double.IsFinite(MinimumPsi)))
        {
            yield return $"{nameof(MinimumPsi)} is {MinimumPsi}; it is finite and not negative.";
        }

        if (!(SignificanceLevel is > 0 and < 1))
        {
            yield return $"{nameof(SignificanceLevel)} is {SignificanceLevel}; it is above 0 and below 1.";
        }

        if (!Enum.IsDefined(Correction))
        {
            yield return $"{nameof(Correction)} is {(int)Correction}; it is none of the corrections.";
        }

        if (MinimumRows < 2)
        {
            yield return $"{nameof(MinimumRows)} is {MinimumRows}; it is at least 2.";
        }

        if (Permutations < 99)
        {
            yield return $"{nameof(Permutations)} is {Permutations}; it is at least 99.";
        }
    }
}
