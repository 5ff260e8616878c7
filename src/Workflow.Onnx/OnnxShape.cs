namespace Workflow.Onnx;

/// <summary>The shape of a tensor (<c>TensorShapeProto</c>). No dimension is a scalar.</summary>
public sealed class OnnxShape : OnnxMessage
{
    /// <summary>Gets the dimensions, outermost first.</summary>
    public List<OnnxDimension> Dims { get; } = [];

    private protected override bool ReadField(ref WireReader reader)
    {
        switch (reader.Field)
        {
            case 1:
                Dims.Add(reader.Message<OnnxDimension>("dim", Dims.Count));
                return true;
            default:
                return false;
        }
    }

    private protected override void WriteFields(WireWriter writer)
    {
        writer.Messages(1, Dims);
    }
}
