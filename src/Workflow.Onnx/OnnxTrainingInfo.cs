namespace Workflow.Onnx;

/// <summary>How a model is trained (<c>TrainingInfoProto</c>).</summary>
public sealed class OnnxTrainingInfo : OnnxMessage
{
    /// <summary>Gets or sets the graph that sets the initial values.</summary>
    public OnnxGraph? Initialization { get; set; }

    /// <summary>Gets or sets the graph of one step.</summary>
    public OnnxGraph? Algorithm { get; set; }

    /// <summary>Gets which output sets which initialiser.</summary>
    public List<OnnxMetadataEntry> InitializationBindings { get; } = [];

    /// <summary>Gets which output of a step updates which initialiser.</summary>
    public List<OnnxMetadataEntry> UpdateBindings { get; } = [];

    private protected override bool ReadField(ref WireReader reader)
    {
        switch (reader.Field)
        {
            case 1:
                reader.Merge(Initialization ??= new OnnxGraph(), "initialization");
                return true;
            case 2:
                reader.Merge(Algorithm ??= new OnnxGraph(), "algorithm");
                return true;
            case 3:
                InitializationBindings.Add(reader.Message<OnnxMetadataEntry>("initialization_binding", InitializationBindings.Count));
                return true;
            case 4:
                UpdateBindings.Add(reader.Message<OnnxMetadataEntry>("update_binding", UpdateBindings.Count));
                return true;
            default:
                return false;
        }
    }

    private protected override void WriteFields(WireWriter writer)
    {
        writer.Messages(4, UpdateBindings);
        writer.Messages(3, InitializationBindings);
        writer.Message(2, Algorithm);
        writer.Message(1, Initialization);
    }
}
