namespace Workflow.Testing.Registry;

/// <summary>One order of the model-based test. The value is an artifact to register, or the number of a version.</summary>
internal sealed record RegistryOrder(RegistryOrderKind Kind, string Model, string Alias, int Value, int? Expected);
