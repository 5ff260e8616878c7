using System.Diagnostics.CodeAnalysis;

namespace Workflow.Onnx;

/// <summary>Which value an attribute holds (<c>AttributeProto.AttributeType</c>).</summary>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "The names are those of ONNX's own types.")]
public enum OnnxAttributeKind
{
    /// <summary>Not said.</summary>
    Undefined = 0,

    /// <summary>One 32-bit float.</summary>
    Real = 1,

    /// <summary>One 64-bit integer.</summary>
    Integer = 2,

    /// <summary>One text or blob.</summary>
    Bytes = 3,

    /// <summary>One tensor.</summary>
    Tensor = 4,

    /// <summary>One graph.</summary>
    Graph = 5,

    /// <summary>32-bit floats.</summary>
    Reals = 6,

    /// <summary>64-bit integers.</summary>
    Integers = 7,

    /// <summary>Texts or blobs.</summary>
    BytesList = 8,

    /// <summary>Tensors.</summary>
    Tensors = 9,

    /// <summary>Graphs.</summary>
    Graphs = 10,

    /// <summary>One sparse tensor.</summary>
    SparseTensor = 11,

    /// <summary>Sparse tensors.</summary>
    SparseTensors = 12,

    /// <summary>One type.</summary>
    ValueType = 13,

    /// <summary>Types.</summary>
    ValueTypes = 14,
}
