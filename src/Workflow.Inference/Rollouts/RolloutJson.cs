using System.Text.Json;
using System.Text.Json.Serialization;

namespace Workflow.Inference.Rollouts;

/// <summary>Writes options and decisions for the journal: numbers in their shortest form that reads back to the same bits.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(CanaryOptions))]
[JsonSerializable(typeof(RolloutStatus))]
internal sealed partial class RolloutJson : JsonSerializerContext
{
    public static string Write(CanaryOptions options) => JsonSerializer.Serialize(options, Default.CanaryOptions);

    public static string Write(RolloutStatus status) => JsonSerializer.Serialize(status, Default.RolloutStatus);
}
