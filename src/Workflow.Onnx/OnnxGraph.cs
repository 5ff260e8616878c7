namespace Workflow.Onnx;

/// <summary>A computation (<c>GraphProto</c>): nodes that lead from inputs and initialisers to outputs.</summary>
public sealed class OnnxGraph : OnnxMessage
{
    /// <summary>Gets the nodes, each behind those whose outputs it takes.</summary>
    public List<OnnxNode> Nodes { get; } = [];

    /// <summary>Gets or sets the name.</summary>
    public string? Name { get; set; }

    /// <summary>Gets the constants, by name.</summary>
    public List<OnnxTensor> Initializers { get; } = [];

    /// <summary>Gets or sets what the graph is for.</summary>
    public string? DocString { get; set; }

    /// <summary>Gets the inputs.</summary>
    public List<OnnxValueInfo> Inputs { get; } = [];

    /// <summary>Gets the outputs.</summary>
    public List<OnnxValueInfo> Outputs { get; } = [];

    /// <summary>Gets the types of values in between.</summary>
    public List<OnnxValueInfo> ValueInfos { get; } = [];

    /// <summary>Gets which scale and zero point belong to which tensor.</summary>
    public List<OnnxTensorAnnotation> QuantizationAnnotations { get; } = [];

    /// <summary>Gets the constants that are stored sparsely.</summary>
    public List<OnnxSparseTensor> SparseInitializers { get; } = [];

    /// <summary>Gets named facts.</summary>
    public List<OnnxMetadataEntry> MetadataProps { get; } = [];

    private protected override bool ReadField(ref WireReader reader)
    {
        switch (reader.Field)
        {
            case 1:
                Nodes.Add(reader.Message<OnnxNode>("node", Nodes.Count));
                return true;
            case 2:
                Name = reader.String();
                return true;
            case 5:
                Initializers.Add(reader.Message<OnnxTensor>("initializer", Initializers.Count));
                return true;
            case 10:
                DocString = reader.String();
                return true;
            case 11:
                Inputs.Add(reader.Message<OnnxValueInfo>("input", Inputs.Count));
                return true;
            case 12:
                Outputs.Add(reader.Message<OnnxValueInfo>("output", Outputs.Count));
                return true;
            case 13:
                ValueInfos.Add(reader.Message<OnnxValueInfo>("value_info", ValueInfos.Count));
                return true;
            case 14:
                QuantizationAnnotations.Add(reader.Message<OnnxTensorAnnotation>("quantization_annotation", QuantizationAnnotations.Count));
                return true;
            case 15:
                SparseInitializers.Add(reader.Message<OnnxSparseTensor>("sparse_initializer", SparseInitializers.Count));
                return true;
            case 16:
                MetadataProps.Add(reader.Message<OnnxMetadataEntry>("metadata_props", MetadataProps.Count));
                return true;
            default:
                return false;
        }
    }

    private protected override void WriteFields(WireWriter writer)
    {
        writer.Messages(16, MetadataProps);
        writer.Messages(15, SparseInitializers);
        writer.Messages(14, QuantizationAnnotations);
        writer.Messages(13, ValueInfos);
        writer.Messages(12, Outputs);
        writer.Messages(11, Inputs);
        writer.String(10, DocString);
        writer.Messages(5, Initializers);
        writer.String(2, Name);
        writer.Messages(1, Nodes);
    }
}
