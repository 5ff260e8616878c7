namespace Workflow.Training.LightGbm.Text;

/// <summary>How LightGBM turns sums of leaves into scores.</summary>
internal enum ScoreLink
{
    /// <summary>The sum itself.</summary>
    Identity,

    /// <summary>The square of the sum, with its sign.</summary>
    SignedSquare,

    /// <summary>e to the power of the sum.</summary>
    Exponential,

    /// <summary>1 / (1 + e^(−k·sum)).</summary>
    Sigmoid,

    /// <summary>Probabilities over the classes.</summary>
    Softmax,

    /// <summary>ln(1 + e^sum).</summary>
    Softplus,
}
