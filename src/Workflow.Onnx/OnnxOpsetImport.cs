namespace Workflow.Onnx;

/// <summary>The version of an operator set that a model or function uses (<c>OperatorSetIdProto</c>).</summary>
public sealed class OnnxOpsetImport : OnnxMessage
{
    /// <summary>Gets or sets the domain; null or empty is <c>ai.onnx</c>.</summary>
    public string? Domain { get; set; }

    /// <summary>Gets or sets the version, from 1.</summary>
    public long? Version { get; set; }

    private protected override bool ReadField(ref WireReader reader)
    {
        switch (reader.Field)
        {
            case 1:
                Domain = reader.String();
                return true;
            case 2:
                Version = reader.Int64();
                return true;
            default:
                return false;
        }
    }

    private protected override void WriteFields(WireWriter writer)
    {
        writer.Int64(2, Version);
        writer.String(1, Domain);
    }
}
