namespace Workflow.Training.Trainers;

/// <summary>How far a training has come. Immutable.</summary>
/// <param name="Stage">What is being done, for example <c>boosting</c>.</param>
/// <param name="Fraction">How much of the stage is done, from 0 to 1, or null where nobody knows.</param>
/// <param name="Iteration">The number of finished iterations.</param>
/// <param name="Metric">The name of the watched metric, or null where there is none.</param>
/// <param name="Value">The value of the watched metric on the validation rows, else on the training rows; NaN where there is none.</param>
/// <param name="Elapsed">The time since training began.</param>
public readonly record struct TrainingProgress(string Stage, double? Fraction, int Iteration, string? Metric, double Value, TimeSpan Elapsed);
