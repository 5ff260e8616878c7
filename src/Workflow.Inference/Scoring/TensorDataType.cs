namespace Workflow.Inference.Scoring;

#pragma warning disable CA1720 // These are the protocol's own names of types.
/// <summary>The element types of tensors, named as the Open Inference Protocol names them (upper-cased there).</summary>
public enum TensorDataType
{
    /// <summary>One byte: 0 or 1.</summary>
    Bool,

    /// <summary>Unsigned, 8 bits.</summary>
    UInt8,

    /// <summary>Unsigned, 16 bits.</summary>
    UInt16,

    /// <summary>Unsigned, 32 bits.</summary>
    UInt32,

    /// <summary>Unsigned, 64 bits.</summary>
    UInt64,

    /// <summary>Signed, 8 bits.</summary>
    Int8,

    /// <summary>Signed, 16 bits.</summary>
    Int16,

    /// <summary>Signed, 32 bits.</summary>
    Int32,

    /// <summary>Signed, 64 bits.</summary>
    Int64,

    /// <summary>IEEE 754 binary16.</summary>
    FP16,

    /// <summary>IEEE 754 binary32.</summary>
    FP32,

    /// <summary>IEEE 754 binary64.</summary>
    FP64,

    /// <summary>The upper half of a binary32.</summary>
    BF16,

    /// <summary>Byte strings, usually UTF-8 text. Each is stored as its length (32 bits, little-endian) and its bytes.</summary>
    Bytes,
}
#pragma warning restore CA1720
