namespace Workflow.Onnx;

/// <summary>A pair of texts (<c>StringStringEntryProto</c>).</summary>
public sealed class OnnxMetadataEntry : OnnxMessage
{
    /// <summary>Gets or sets the key.</summary>
    public string? Key { get; set; }

    /// <summary>Gets or sets the value.</summary>
    public string? Value { get; set; }

    private protected override bool ReadField(ref WireReader reader)
    {
        switch (reader.Field)
        {
            case 1:
                Key = reader.String();
                return true;
            case 2:
                Value = reader.String();
                return true;
            default:
                return false;
        }
    }

    private protected override void WriteFields(WireWriter writer)
    {
        writer.String(2, Value);
        writer.String(1, Key);
    }
}
