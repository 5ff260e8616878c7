namespace Workflow.Onnx;

/// <summary>One application of an operator (<c>NodeProto</c>).</summary>
public sealed class OnnxNode : OnnxMessage
{
    /// <summary>Gets the names of the values taken; an empty name leaves an optional one out.</summary>
    public List<string> Inputs { get; } = [];

    /// <summary>Gets the names of the values given.</summary>
    public List<string> Outputs { get; } = [];

    /// <summary>Gets or sets the name, for people.</summary>
    public string? Name { get; set; }

    /// <summary>Gets or sets the operator.</summary>
    public string? OpType { get; set; }

    /// <summary>Gets the operator's constants.</summary>
    public List<OnnxAttribute> Attributes { get; } = [];

    /// <summary>Gets or sets what the node is for.</summary>
    public string? DocString { get; set; }

    /// <summary>Gets or sets the operator's domain; null or empty is <c>ai.onnx</c>.</summary>
    public string? Domain { get; set; }

    /// <summary>Gets or sets which of several functions of one name is meant.</summary>
    public string? Overload { get; set; }

    /// <summary>Gets named facts.</summary>
    public List<OnnxMetadataEntry> MetadataProps { get; } = [];

    private protected override bool ReadField(ref WireReader reader)
    {
        switch (reader.Field)
        {
            case 1:
                Inputs.Add(reader.String());
                return true;
            case 2:
                Outputs.Add(reader.String());
                return true;
            case 3:
                Name = reader.String();
                return true;
            case 4:
                OpType = reader.String();
                return true;
            case 5:
                Attributes.Add(reader.Message<OnnxAttribute>("attribute", Attributes.Count));
                return true;
            case 6:
                DocString = reader.String();
                return true;
            case 7:
                Domain = reader.String();
                return true;
            case 8:
                Overload = reader.String();
                return true;
            case 9:
                MetadataProps.Add(reader.Message<OnnxMetadataEntry>("metadata_props", MetadataProps.Count));
                return true;
            default:
                return false;
        }
    }

    private protected override void WriteFields(WireWriter writer)
    {
        writer.Messages(9, MetadataProps);
        writer.String(8, Overload);
        writer.String(7, Domain);
        writer.String(6, DocString);
        writer.Messages(5, Attributes);
        writer.String(4, OpType);
        writer.String(3, Name);
        writer.Strings(2, Outputs);
        writer.Strings(1, Inputs);
    }
}
