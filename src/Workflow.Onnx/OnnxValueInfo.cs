namespace Workflow.Onnx;

/// <summary>The name and type of a value (<c>ValueInfoProto</c>).</summary>
public sealed class OnnxValueInfo : OnnxMessage
{
    /// <summary>Gets or sets the name.</summary>
    public string? Name { get; set; }

    /// <summary>Gets or sets the type and shape.</summary>
    public OnnxType? Type { get; set; }

    /// <summary>Gets or sets what the value is.</summary>
    public string? DocString { get; set; }

    /// <summary>Gets named facts.</summary>
    public List<OnnxMetadataEntry> MetadataProps { get; } = [];

    private protected override bool ReadField(ref WireReader reader)
    {
        switch (reader.Field)
        {
            case 1:
                Name = reader.String();
                return true;
            case 2:
                reader.Merge(Type ??= new OnnxType(), "type");
                return true;
            case 3:
                DocString = reader.String();
                return true;
            case 4:
                MetadataProps.Add(reader.Message<OnnxMetadataEntry>("metadata_props", MetadataProps.Count));
                return true;
            default:
                return false;
        }
    }

    private protected override void WriteFields(WireWriter writer)
    {
        writer.Messages(4, MetadataProps);
        writer.String(3, DocString);
        writer.Message(2, Type);
        writer.String(1, Name);
    }
}
