namespace Workflow.Monitoring.Feedback;

/// <summary>One condition of a retrain policy: a pure function of the evidence.</summary>
/// <param name="evidence">What is known.</param>
/// <returns>What the condition says and why.</returns>
public delegate RetrainReason RetrainCondition(RetrainEvidence evidence);
