namespace Workflow.Inference.Rollouts;

/// <summary>An observation as it is journalled: with the key's hash and bucket instead of the key, and the metric's number.</summary>
/// <param name="KeyHash">The hash of metric and key.</param>
/// <param name="Bucket">The key's bucket.</param>
/// <param name="Metric">The metric's position in the options.</param>
/// <param name="At">When the label arrived, in microseconds since 1970, UTC.</param>
/// <param name="ChampionLoss">NaN where the champion did not score the row.</param>
/// <param name="ChallengerLoss">NaN where the challenger did not score the row.</param>
internal readonly record struct ObservedLosses(ulong KeyHash, ushort Bucket, byte Metric, long At, double ChampionLoss, double ChallengerLoss);
