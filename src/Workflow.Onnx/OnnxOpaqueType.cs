namespace Workflow.Onnx;

/// <summary>A type that only one runtime knows (<c>TypeProto.Opaque</c>).</summary>
public sealed class OnnxOpaqueType : OnnxMessage
{
    /// <summary>Gets or sets the runtime's domain.</summary>
    public string? Domain { get; set; }

    /// <summary>Gets or sets the type's name.</summary>
    public string? Name { get; set; }

    private protected override bool ReadField(ref WireReader reader)
    {
        switch (reader.Field)
        {
            case 1:
                Domain = reader.String();
                return true;
            case 2:
                Name = reader.String();
                return true;
            default:
                return false;
        }
    }

    private protected override void WriteFields(WireWriter writer)
    {
        writer.String(2, Name);
        writer.String(1, Domain);
    }
}
