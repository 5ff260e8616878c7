namespace Workflow.Monitoring.Feedback;

/// <summary>What a retrain policy concludes.</summary>
public enum RetrainVerdict
{
    /// <summary>Nothing fires and nothing is undecided, or something forbids a training now.</summary>
    Keep,

    /// <summary>Something fires and nothing forbids it: train a challenger. It still has to pass its gate.</summary>
    Retrain,

    /// <summary>Nothing fires, but a condition cannot tell yet.</summary>
    NotEnoughEvidence,
}
