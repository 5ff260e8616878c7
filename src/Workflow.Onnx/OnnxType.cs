namespace Workflow.Onnx;

/// <summary>A type of values (<c>TypeProto</c>). At most one of the kinds is set.</summary>
public sealed class OnnxType : OnnxMessage
{
    /// <summary>Gets or sets the tensor type.</summary>
    public OnnxTensorType? Tensor { get; set; }

    /// <summary>Gets or sets the sequence type.</summary>
    public OnnxSequenceType? Sequence { get; set; }

    /// <summary>Gets or sets the map type.</summary>
    public OnnxMapType? Map { get; set; }

    /// <summary>Gets or sets what the value means, for example <c>IMAGE</c>.</summary>
    public string? Denotation { get; set; }

    /// <summary>Gets or sets a type that only one runtime knows.</summary>
    public OnnxOpaqueType? Opaque { get; set; }

    /// <summary>Gets or sets the sparse tensor type.</summary>
    public OnnxTensorType? SparseTensor { get; set; }

    /// <summary>Gets or sets the optional type.</summary>
    public OnnxSequenceType? Optional { get; set; }

    /// <summary>Makes a tensor type.</summary>
    /// <param name="elementType">The type of the elements.</param>
    /// <param name="dims">The dimensions, outermost first; none is a scalar.</param>
    public static OnnxType TensorOf(OnnxElementType elementType, params ReadOnlySpan<OnnxDimension> dims)
    {
        var shape = new OnnxShape();
        shape.Dims.AddRange(dims);
        return new OnnxType { Tensor = new OnnxTensorType { ElementType = elementType, Shape = shape } };
    }

    private protected override bool ReadField(ref WireReader reader)
    {
        switch (reader.Field)
        {
            case 1:
                reader.Merge(Tensor ??= new OnnxTensorType(), "tensor_type");
                return true;
            case 4:
                reader.Merge(Sequence ??= new OnnxSequenceType(), "sequence_type");
                return true;
            case 5:
                reader.Merge(Map ??= new OnnxMapType(), "map_type");
                return true;
            case 6:
                Denotation = reader.String();
                return true;
            case 7:
                reader.Merge(Opaque ??= new OnnxOpaqueType(), "opaque_type");
                return true;
            case 8:
                reader.Merge(SparseTensor ??= new OnnxTensorType(), "sparse_tensor_type");
                return true;
            case 9:
                reader.Merge(Optional ??= new OnnxSequenceType(), "optional_type");
                return true;
            default:
                return false;
        }
    }

    private protected override void WriteFields(WireWriter writer)
    {
        writer.Message(9, Optional);
        writer.Message(8, SparseTensor);
        writer.Message(7, Opaque);
        writer.String(6, Denotation);
        writer.Message(5, Map);
        writer.Message(4, Sequence);
        writer.Message(1, Tensor);
    }
}
