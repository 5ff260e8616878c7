namespace Workflow.Monitoring.Feedback;

/// <summary>What one condition said and why. Immutable.</summary>
/// <param name="Condition">The condition's name, for example <c>auc-drop</c>.</param>
/// <param name="Outcome">What it says.</param>
/// <param name="Text">Why, in one invariant sentence with the numbers.</param>
public sealed record RetrainReason(string Condition, RetrainOutcome Outcome, string Text);
