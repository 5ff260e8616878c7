using System.Collections.Immutable;

namespace Workflow.Inference.Scoring;

/// <summary>The name, type and shape of one input or output of a model's graph. Immutable.</summary>
public sealed record TensorInfo
{
    /// <summary>Gets the name in the graph.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the element type.</summary>
    public required TensorDataType DataType { get; init; }

    /// <summary>Gets the dimensions; −1 where the model takes any length. Empty for a scalar.</summary>
    public required ImmutableArray<long> Shape { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {TensorTypes.Describe(DataType, Shape)}";
}
