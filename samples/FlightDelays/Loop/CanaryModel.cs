using Workflow.Training.Trainers;

namespace FlightDelays.Loop;

/// <summary>One of the two models of a canary.</summary>
/// <param name="Onnx">What is served.</param>
/// <param name="Version">The version registered.</param>
/// <param name="Native">What it was exported from; borrowed.</param>
internal sealed record CanaryModel(ReadOnlyMemory<byte> Onnx, long Version, FittedModel Native);
