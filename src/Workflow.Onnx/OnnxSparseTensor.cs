namespace Workflow.Onnx;

/// <summary>A tensor that is mostly zero (<c>SparseTensorProto</c>).</summary>
public sealed class OnnxSparseTensor : OnnxMessage
{
    private bool _dimsPacked;

    /// <summary>Gets or sets the values that are not zero; its name is the tensor's name.</summary>
    public OnnxTensor? Values { get; set; }

    /// <summary>Gets or sets their positions: linear, or one row of coordinates each.</summary>
    public OnnxTensor? Indices { get; set; }

    /// <summary>Gets the shape.</summary>
    public List<long> Dims { get; } = [];

    private protected override bool ReadField(ref WireReader reader)
    {
        switch (reader.Field)
        {
            case 1:
                reader.Merge(Values ??= new OnnxTensor(), "values");
                return true;
            case 2:
                reader.Merge(Indices ??= new OnnxTensor(), "indices");
                return true;
            case 3:
                _dimsPacked = reader.AddInt64s(Dims);
                return true;
            default:
                return false;
        }
    }

    private protected override void WriteFields(WireWriter writer)
    {
        writer.Int64s(3, Dims, _dimsPacked);
        writer.Message(2, Indices);
        writer.Message(1, Values);
    }
}
