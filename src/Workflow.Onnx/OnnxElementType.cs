using System.Diagnostics.CodeAnalysis;

namespace Workflow.Onnx;

/// <summary>The element types of tensors (<c>TensorProto.DataType</c>). A file may name others; they are kept as they are.</summary>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "The names are those of ONNX's own types.")]
public enum OnnxElementType
{
    /// <summary>Not said.</summary>
    Undefined = 0,

    /// <summary>IEEE 754, 32 bits.</summary>
    Float32 = 1,

    /// <summary>Unsigned, 8 bits.</summary>
    UInt8 = 2,

    /// <summary>Signed, 8 bits.</summary>
    Int8 = 3,

    /// <summary>Unsigned, 16 bits.</summary>
    UInt16 = 4,

    /// <summary>Signed, 16 bits.</summary>
    Int16 = 5,

    /// <summary>Signed, 32 bits.</summary>
    Int32 = 6,

    /// <summary>Signed, 64 bits.</summary>
    Int64 = 7,

    /// <summary>UTF-8 text.</summary>
    Text = 8,

    /// <summary>True or false, one byte.</summary>
    Boolean = 9,

    /// <summary>IEEE 754, 16 bits.</summary>
    Float16 = 10,

    /// <summary>IEEE 754, 64 bits.</summary>
    Float64 = 11,

    /// <summary>Unsigned, 32 bits.</summary>
    UInt32 = 12,

    /// <summary>Unsigned, 64 bits.</summary>
    UInt64 = 13,

    /// <summary>Two 32-bit floats.</summary>
    Complex64 = 14,

    /// <summary>Two 64-bit floats.</summary>
    Complex128 = 15,

    /// <summary>The upper half of a 32-bit float.</summary>
    BFloat16 = 16,

    /// <summary>8 bits: 4 exponent, 3 mantissa, finite.</summary>
    Float8E4M3FN = 17,

    /// <summary>8 bits: 4 exponent, 3 mantissa, finite, no negative zero.</summary>
    Float8E4M3FNUZ = 18,

    /// <summary>8 bits: 5 exponent, 2 mantissa.</summary>
    Float8E5M2 = 19,

    /// <summary>8 bits: 5 exponent, 2 mantissa, finite, no negative zero.</summary>
    Float8E5M2FNUZ = 20,

    /// <summary>Unsigned, 4 bits, two to a byte.</summary>
    UInt4 = 21,

    /// <summary>Signed, 4 bits, two to a byte.</summary>
    Int4 = 22,

    /// <summary>4 bits: 2 exponent, 1 mantissa, two to a byte.</summary>
    Float4E2M1 = 23,

    /// <summary>8 bits of exponent.</summary>
    Float8E8M0 = 24,
}
