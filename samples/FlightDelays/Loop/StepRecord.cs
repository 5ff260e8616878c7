using System.Text.Json.Serialization;

namespace FlightDelays.Loop;

/// <summary>What a finished step left behind: enough to skip it, and to print its line again.</summary>
/// <param name="Key">The digest of everything that the step depends on.</param>
/// <param name="Line">The short line that tells what happened.</param>
/// <param name="Figures">Named numbers and digests, as invariant text, for later steps and for the reader.</param>
/// <param name="Files">The files that the step wrote, relative to the work folder, with their digests.</param>
internal sealed record StepRecord(string Key, string Line, SortedDictionary<string, string> Figures, SortedDictionary<string, string> Files);

[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(StepRecord))]
internal sealed partial class StepRecordJson : JsonSerializerContext;
