namespace Workflow.Training.LightGbm.Boosting;

/// <summary>What a training came to.</summary>
/// <param name="Text">LightGBM's text of the best model.</param>
/// <param name="Iterations">The iterations run.</param>
/// <param name="Best">The iterations kept.</param>
/// <param name="Value">The metric of the kept model on the validation rows; NaN where there are none.</param>
/// <param name="Reason">Why training ended.</param>
internal sealed record BoostingResult(string Text, int Iterations, int Best, double Value, string Reason);
