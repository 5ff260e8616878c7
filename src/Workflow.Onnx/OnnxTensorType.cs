namespace Workflow.Onnx;

/// <summary>A tensor type (<c>TypeProto.Tensor</c>, <c>TypeProto.SparseTensor</c>).</summary>
public sealed class OnnxTensorType : OnnxMessage
{
    /// <summary>Gets or sets the type of the elements.</summary>
    public OnnxElementType? ElementType { get; set; }

    /// <summary>Gets or sets the shape; null where not even the rank is known.</summary>
    public OnnxShape? Shape { get; set; }

    private protected override bool ReadField(ref WireReader reader)
    {
        switch (reader.Field)
        {
            case 1:
                ElementType = (OnnxElementType)(int)reader.Int64();
                return true;
            case 2:
                reader.Merge(Shape ??= new OnnxShape(), "shape");
                return true;
            default:
                return false;
        }
    }

    private protected override void WriteFields(WireWriter writer)
    {
        writer.Message(2, Shape);
        writer.Int64(1, (long?)ElementType);
    }
}
