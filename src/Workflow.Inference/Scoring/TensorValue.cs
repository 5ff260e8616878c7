using System.Collections.Immutable;

namespace Workflow.Inference.Scoring;

/// <summary>A tensor with its content. Immutable.</summary>
/// <remarks>The content is what the binary forms of the Open Inference Protocol carry: no copy is needed to or from the wire.</remarks>
public sealed record TensorValue
{
    /// <summary>Gets the name in the graph.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the element type.</summary>
    public required TensorDataType DataType { get; init; }

    /// <summary>Gets the dimensions, none negative. Empty for a scalar.</summary>
    public required ImmutableArray<long> Shape { get; init; }

    /// <summary>
    /// Gets the elements: row-major, little-endian, without padding; <see cref="TensorDataType.Bytes"/> as length-prefixed elements.
    /// Read during a call and not retained.
    /// </summary>
    public required ReadOnlyMemory<byte> Data { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {TensorTypes.Describe(DataType, Shape)}, {Data.Length} bytes";
}
