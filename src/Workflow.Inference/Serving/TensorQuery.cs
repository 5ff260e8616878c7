using Workflow.Inference.Scoring;

namespace Workflow.Inference.Serving;

/// <summary>Tensors to run a served model on. Immutable.</summary>
public sealed record TensorQuery
{
    /// <summary>Gets a tensor for each input of the graph. Borrowed for the call.</summary>
    public required IReadOnlyList<TensorValue> Inputs { get; init; }

    /// <summary>Gets the outputs wanted; null for all.</summary>
    public IReadOnlyList<string>? Outputs { get; init; }

    /// <summary>Gets the version wanted; null for the one that the routing gives.</summary>
    public long? Version { get; init; }

    /// <summary>Gets what the request belongs to, by which it is routed during a rollout; null for a random one.</summary>
    public string? Key { get; init; }
}
