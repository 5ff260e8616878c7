namespace Workflow.Onnx;

/// <summary>How a field is laid out on the wire (Protocol Buffers, "Encoding").</summary>
internal enum WireKind
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    StartGroup = 3,
    EndGroup = 4,
    Fixed32 = 5,
}
