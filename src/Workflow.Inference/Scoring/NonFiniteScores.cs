namespace Workflow.Inference.Scoring;

/// <summary>What happens when a model gives NaN or an infinity.</summary>
public enum NonFiniteScores
{
    /// <summary>The call fails with <see cref="NonFiniteScoresException"/>, and nothing is returned.</summary>
    Reject,

    /// <summary>The values are returned as they are.</summary>
    Allow,
}
