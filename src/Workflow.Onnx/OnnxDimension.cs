namespace Workflow.Onnx;

/// <summary>One dimension (<c>TensorShapeProto.Dimension</c>): a number, a name, or neither where it is unknown.</summary>
public sealed class OnnxDimension : OnnxMessage
{
    /// <summary>Gets or sets the number of elements.</summary>
    public long? Value { get; set; }

    /// <summary>Gets or sets the name; equal names are equal numbers.</summary>
    public string? Parameter { get; set; }

    /// <summary>Gets or sets what the dimension means, for example <c>DATA_BATCH</c>.</summary>
    public string? Denotation { get; set; }

    private protected override bool ReadField(ref WireReader reader)
    {
        switch (reader.Field)
        {
            case 1:
                Value = reader.Int64();
                return true;
            case 2:
                Parameter = reader.String();
                return true;
            case 3:
                Denotation = reader.String();
                return true;
            default:
                return false;
        }
    }

    private protected override void WriteFields(WireWriter writer)
    {
        writer.String(3, Denotation);
        writer.String(2, Parameter);
        writer.Int64(1, Value);
    }
}
