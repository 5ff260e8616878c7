namespace FlightDelays.Loop;

/// <summary>The two models of a canary, as registered.</summary>
/// <param name="Champion">The champion's ONNX bytes.</param>
/// <param name="ChampionVersion">Its version.</param>
/// <param name="Challenger">The challenger's ONNX bytes.</param>
/// <param name="ChallengerVersion">Its version.</param>
internal sealed record CanaryModels(ReadOnlyMemory<byte> Champion, long ChampionVersion, ReadOnlyMemory<byte> Challenger, long ChallengerVersion);
