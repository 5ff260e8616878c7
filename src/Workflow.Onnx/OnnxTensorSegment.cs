namespace Workflow.Onnx;

/// <summary>Which part of a larger tensor is stored (<c>TensorProto.Segment</c>).</summary>
public sealed class OnnxTensorSegment : OnnxMessage
{
    /// <summary>Gets or sets the first element.</summary>
    public long? Begin { get; set; }

    /// <summary>Gets or sets the element behind the last one.</summary>
    public long? End { get; set; }

    private protected override bool ReadField(ref WireReader reader)
    {
        switch (reader.Field)
        {
            case 1:
                Begin = reader.Int64();
                return true;
            case 2:
                End = reader.Int64();
                return true;
            default:
                return false;
        }
    }

    private protected override void WriteFields(WireWriter writer)
    {
        writer.Int64(2, End);
        writer.Int64(1, Begin);
    }
}
