namespace Workflow.Onnx;

/// <summary>An operator that a model defines itself (<c>FunctionProto</c>).</summary>
public sealed class OnnxFunction : OnnxMessage
{
    /// <summary>Gets or sets the operator's name.</summary>
    public string? Name { get; set; }

    /// <summary>Gets the names of the inputs.</summary>
    public List<string> Inputs { get; } = [];

    /// <summary>Gets the names of the outputs.</summary>
    public List<string> Outputs { get; } = [];

    /// <summary>Gets the attributes that have no default.</summary>
    public List<string> AttributeNames { get; } = [];

    /// <summary>Gets the body.</summary>
    public List<OnnxNode> Nodes { get; } = [];

    /// <summary>Gets or sets what the operator does.</summary>
    public string? DocString { get; set; }

    /// <summary>Gets the operator sets that the body uses.</summary>
    public List<OnnxOpsetImport> OpsetImports { get; } = [];

    /// <summary>Gets or sets the operator's domain.</summary>
    public string? Domain { get; set; }

    /// <summary>Gets the attributes that have a default.</summary>
    public List<OnnxAttribute> Attributes { get; } = [];

    /// <summary>Gets the types of values of the body.</summary>
    public List<OnnxValueInfo> ValueInfos { get; } = [];

    /// <summary>Gets or sets which of several functions of one name this is.</summary>
    public string? Overload { get; set; }

    /// <summary>Gets named facts.</summary>
    public List<OnnxMetadataEntry> MetadataProps { get; } = [];

    private protected override bool ReadField(ref WireReader reader)
    {
        switch (reader.Field)
        {
            case 1:
                Name = reader.String();
                return true;
            case 4:
                Inputs.Add(reader.String());
                return true;
            case 5:
                Outputs.Add(reader.String());
                return true;
            case 6:
                AttributeNames.Add(reader.String());
                return true;
            case 7:
                Nodes.Add(reader.Message<OnnxNode>("node", Nodes.Count));
                return true;
            case 8:
                DocString = reader.String();
                return true;
            case 9:
                OpsetImports.Add(reader.Message<OnnxOpsetImport>("opset_import", OpsetImports.Count));
                return true;
            case 10:
                Domain = reader.String();
                return true;
            case 11:
                Attributes.Add(reader.Message<OnnxAttribute>("attribute_proto", Attributes.Count));
                return true;
            case 12:
                ValueInfos.Add(reader.Message<OnnxValueInfo>("value_info", ValueInfos.Count));
                return true;
            case 13:
                Overload = reader.String();
                return true;
            case 14:
                MetadataProps.Add(reader.Message<OnnxMetadataEntry>("metadata_props", MetadataProps.Count));
                return true;
            default:
                return false;
        }
    }

    private protected override void WriteFields(WireWriter writer)
    {
        writer.Messages(14, MetadataProps);
        writer.String(13, Overload);
        writer.Messages(12, ValueInfos);
        writer.Messages(11, Attributes);
        writer.String(10, Domain);
        writer.Messages(9, OpsetImports);
        writer.String(8, DocString);
        writer.Messages(7, Nodes);
        writer.Strings(6, AttributeNames);
        writer.Strings(5, Outputs);
        writer.Strings(4, Inputs);
        writer.String(1, Name);
    }
}
