namespace Workflow.Onnx;

/// <summary>A type of pairs (<c>TypeProto.Map</c>).</summary>
public sealed class OnnxMapType : OnnxMessage
{
    /// <summary>Gets or sets the type of the keys: an integer or text.</summary>
    public OnnxElementType? KeyType { get; set; }

    /// <summary>Gets or sets the type of the values.</summary>
    public OnnxType? ValueType { get; set; }

    private protected override bool ReadField(ref WireReader reader)
    {
        switch (reader.Field)
        {
            case 1:
                KeyType = (OnnxElementType)(int)reader.Int64();
                return true;
            case 2:
                reader.Merge(ValueType ??= new OnnxType(), "value_type");
                return true;
            default:
                return false;
        }
    }

    private protected override void WriteFields(WireWriter writer)
    {
        writer.Message(2, ValueType);
        writer.Int64(1, (long?)KeyType);
    }
}
