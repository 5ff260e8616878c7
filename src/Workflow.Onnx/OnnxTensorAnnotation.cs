namespace Workflow.Onnx;

/// <summary>The quantisation parameters of a tensor (<c>TensorAnnotation</c>).</summary>
public sealed class OnnxTensorAnnotation : OnnxMessage
{
    /// <summary>Gets or sets the tensor.</summary>
    public string? TensorName { get; set; }

    /// <summary>Gets the roles, for example <c>SCALE_TENSOR</c>, and the tensors that fill them.</summary>
    public List<OnnxMetadataEntry> QuantParameters { get; } = [];

    private protected override bool ReadField(ref WireReader reader)
    {
        switch (reader.Field)
        {
            case 1:
                TensorName = reader.String();
                return true;
            case 2:
                QuantParameters.Add(reader.Message<OnnxMetadataEntry>("quant_parameter_tensor_names", QuantParameters.Count));
                return true;
            default:
                return false;
        }
    }

    private protected override void WriteFields(WireWriter writer)
    {
        writer.Messages(2, QuantParameters);
        writer.String(1, TensorName);
    }
}
