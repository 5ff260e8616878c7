using System.Runtime.InteropServices;
using System.Text;

namespace Workflow.Benchmarks.Inference;

/// <summary>The smallest model that is one: score = features · weights, as ONNX bytes.</summary>
internal static class LinearModel
{
    public static byte[] Bytes(int features)
    {
        var weights = Enumerable.Range(0, features).Select(i => i * 0.01f).ToArray();
        byte[] tensor = [.. Number(1, features), .. Number(1, 1), .. Number(2, 1), .. Text(8, "weights"), .. Field(9, MemoryMarshal.AsBytes(weights.AsSpan()).ToArray())];
        byte[] node = [.. Text(1, "features"), .. Text(1, "weights"), .. Text(2, "score"), .. Text(4, "MatMul")];
        byte[] graph = [.. Field(1, node), .. Text(2, "g"), .. Field(5, tensor), .. Field(11, Value("features", features)), .. Field(12, Value("score", 1))];
        return [.. Number(1, 8), .. Field(7, graph), .. Field(8, Number(2, 17))];
    }

    private static byte[] Value(string name, int columns)
    {
        byte[] shape = [.. Field(1, Text(2, "n")), .. Field(1, Number(1, columns))];
        byte[] type = [.. Number(1, 1), .. Field(2, shape)];
        return [.. Text(1, name), .. Field(2, Field(1, type))];
    }

    private static byte[] Text(int field, string text) => Field(field, Encoding.UTF8.GetBytes(text));

    private static byte[] Field(int field, byte[] content) => [(byte)((field << 3) | 2), .. Varint(content.Length), .. content];

    private static byte[] Number(int field, int value) => [(byte)(field << 3), .. Varint(value)];

    private static byte[] Varint(int value) => value < 0x80 ? [(byte)value] : [(byte)(value | 0x80), .. Varint(value >> 7)];
}
