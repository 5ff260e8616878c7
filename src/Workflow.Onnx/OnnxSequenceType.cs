namespace Workflow.Onnx;

/// <summary>A type of several or of at most one element (<c>TypeProto.Sequence</c>, <c>TypeProto.Optional</c>).</summary>
public sealed class OnnxSequenceType : OnnxMessage
{
    /// <summary>Gets or sets the type of an element.</summary>
    public OnnxType? ElementType { get; set; }

    private protected override bool ReadField(ref WireReader reader)
    {
        switch (reader.Field)
        {
            case 1:
                reader.Merge(ElementType ??= new OnnxType(), "elem_type");
                return true;
            default:
                return false;
        }
    }

    private protected override void WriteFields(WireWriter writer)
    {
        writer.Message(1, ElementType);
    }
}
