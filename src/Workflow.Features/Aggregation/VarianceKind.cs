namespace Workflow.Features.Aggregation;

/// <summary>What the squared deviations are divided by.</summary>
public enum VarianceKind
{
    /// <summary>By n − 1, as an estimate from a sample. Needs two values.</summary>
    Sample = 0,

    /// <summary>By n: the values are all there is. Needs one value.</summary>
    Population = 1,
}
