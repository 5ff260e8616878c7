namespace Workflow.Testing.Inference;

/// <summary>Variations of the small models.</summary>
public sealed class SmallModelOptions
{
    /// <summary>Gets or sets whether the score is float64. Default false: float32.</summary>
    public bool IsDouble { get; set; }

    /// <summary>Gets or sets whether the score's shape is <c>[rows]</c>. Default false: <c>[rows, 1]</c>.</summary>
    public bool IsFlat { get; set; }

    /// <summary>Gets or sets an ONNX operator of one input and one output that comes after the sum, such as <c>Sigmoid</c> or <c>Log</c>. Default: none.</summary>
    public string? Activation { get; set; }

    /// <summary>Gets or sets the batch dimension. Default −1: any.</summary>
    public long Rows { get; set; } = -1;

    /// <summary>Gets the metadata of the file.</summary>
    public IDictionary<string, string> Metadata { get; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
