using System.Collections.Immutable;
using System.Globalization;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Workflow.Inference.Scoring;

/// <summary>What is known of each element type: its size, its wire name and ONNX Runtime's name for it.</summary>
internal static class TensorTypes
{
    /// <summary>Gets the bytes of one element; 0 for byte strings.</summary>
    public static int SizeOf(TensorDataType type) => type switch
    {
        TensorDataType.Bool or TensorDataType.UInt8 or TensorDataType.Int8 => 1,
        TensorDataType.UInt16 or TensorDataType.Int16 or TensorDataType.FP16 or TensorDataType.BF16 => 2,
        TensorDataType.UInt32 or TensorDataType.Int32 or TensorDataType.FP32 => 4,
        TensorDataType.UInt64 or TensorDataType.Int64 or TensorDataType.FP64 => 8,
        _ => 0,
    };

    public static string WireName(TensorDataType type) => type.ToString().ToUpperInvariant();

    public static string Describe(TensorDataType type, ImmutableArray<long> shape) =>
        $"{WireName(type)} [{string.Join(", ", shape.Select(d => d.ToString(CultureInfo.InvariantCulture)))}]";

    public static TensorElementType ToElementType(TensorDataType type) => type switch
    {
        TensorDataType.Bool => TensorElementType.Bool,
        TensorDataType.UInt8 => TensorElementType.UInt8,
        TensorDataType.UInt16 => TensorElementType.UInt16,
        TensorDataType.UInt32 => TensorElementType.UInt32,
        TensorDataType.UInt64 => TensorElementType.UInt64,
        TensorDataType.Int8 => TensorElementType.Int8,
        TensorDataType.Int16 => TensorElementType.Int16,
        TensorDataType.Int32 => TensorElementType.Int32,
        TensorDataType.Int64 => TensorElementType.Int64,
        TensorDataType.FP16 => TensorElementType.Float16,
        TensorDataType.FP32 => TensorElementType.Float,
        TensorDataType.FP64 => TensorElementType.Double,
        TensorDataType.BF16 => TensorElementType.BFloat16,
        _ => TensorElementType.String,
    };

    /// <summary>Gives our name of a type, or null where no tensor of ours can hold it.</summary>
    public static TensorDataType? FromElementType(TensorElementType type) => type switch
    {
        TensorElementType.Bool => TensorDataType.Bool,
        TensorElementType.UInt8 => TensorDataType.UInt8,
        TensorElementType.UInt16 => TensorDataType.UInt16,
        TensorElementType.UInt32 => TensorDataType.UInt32,
        TensorElementType.UInt64 => TensorDataType.UInt64,
        TensorElementType.Int8 => TensorDataType.Int8,
        TensorElementType.Int16 => TensorDataType.Int16,
        TensorElementType.Int32 => TensorDataType.Int32,
        TensorElementType.Int64 => TensorDataType.Int64,
        TensorElementType.Float16 => TensorDataType.FP16,
        TensorElementType.Float => TensorDataType.FP32,
        TensorElementType.Double => TensorDataType.FP64,
        TensorElementType.BFloat16 => TensorDataType.BF16,
        TensorElementType.String => TensorDataType.Bytes,
        _ => null,
    };

    /// <summary>Multiplies the dimensions; null when one is negative or the product does not fit.</summary>
    public static long? CountElements(ReadOnlySpan<long> shape)
    {
        var count = 1L;
        foreach (var dimension in shape)
        {
            // A zero anywhere makes the tensor empty, but a product of the others beyond 64 bits is no shape either.
            if (dimension < 0 || (dimension > 0 && count > long.MaxValue / dimension))
            {
                return null;
            }

            count *= dimension;
        }

        return count;
    }
}
