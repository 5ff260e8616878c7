namespace FlightDelays.Loop;

/// <summary>What a step made.</summary>
/// <param name="Line">One short honest line.</param>
/// <param name="Figures">Named numbers and digests, as invariant text.</param>
/// <param name="Files">The files it wrote, relative to the work folder.</param>
internal sealed record StepOutcome(string Line, IReadOnlyDictionary<string, string> Figures, params IReadOnlyList<string> Files);
