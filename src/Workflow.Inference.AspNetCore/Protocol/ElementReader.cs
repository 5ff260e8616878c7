using System.Runtime.InteropServices;
using System.Text.Json;
using Workflow.Inference.Scoring;

namespace Workflow.Inference.AspNetCore.Protocol;

/// <summary>Writes one JSON value as one tensor element.</summary>
internal static class ElementReader
{
    /// <summary>Reads the value at which the reader stands. In float tensors null is NaN, the missing value.</summary>
    /// <param name="reader">At the value.</param>
    /// <param name="type">Any type but byte strings.</param>
    /// <param name="element">The element's bytes.</param>
    /// <returns>False when the value is of another kind or beyond the type's range.</returns>
    public static bool TryRead(ref Utf8JsonReader reader, TensorDataType type, Span<byte> element)
    {
        if (type == TensorDataType.Bool)
        {
            element[0] = reader.TokenType == JsonTokenType.True ? (byte)1 : (byte)0;
            return reader.TokenType is JsonTokenType.True or JsonTokenType.False;
        }

        if (reader.TokenType == JsonTokenType.Null && type is TensorDataType.FP32 or TensorDataType.FP64 or TensorDataType.FP16 or TensorDataType.BF16)
        {
            return type switch
            {
                TensorDataType.FP32 => Write(true, float.NaN, element),
                TensorDataType.FP64 => Write(true, double.NaN, element),
                TensorDataType.FP16 => Write(true, Half.NaN, element),
                _ => Write(true, (ushort)0x7FC0, element),
            };
        }

        return reader.TokenType == JsonTokenType.Number && type switch
        {
            TensorDataType.FP32 => Write(reader.TryGetSingle(out var v) && float.IsFinite(v), v, element),
            TensorDataType.FP64 => Write(reader.TryGetDouble(out var v) && double.IsFinite(v), v, element),
            TensorDataType.Int64 => Write(reader.TryGetInt64(out var v), v, element),
            TensorDataType.Int32 => Write(reader.TryGetInt32(out var v), v, element),
            TensorDataType.Int16 => Write(reader.TryGetInt16(out var v), v, element),
            TensorDataType.Int8 => Write(reader.TryGetSByte(out var v), v, element),
            TensorDataType.UInt64 => Write(reader.TryGetUInt64(out var v), v, element),
            TensorDataType.UInt32 => Write(reader.TryGetUInt32(out var v), v, element),
            TensorDataType.UInt16 => Write(reader.TryGetUInt16(out var v), v, element),
            TensorDataType.UInt8 => Write(reader.TryGetByte(out var v), v, element),
            TensorDataType.FP16 => Write(reader.TryGetDouble(out var v) && Half.IsFinite((Half)v), (Half)v, element),
            TensorDataType.BF16 => Write(reader.TryGetSingle(out var v) && float.IsFinite(ToFloat(ToBFloat16(v))), ToBFloat16(v), element),
            _ => false,
        };
    }

    public static float ToFloat(ushort bfloat16) => BitConverter.UInt32BitsToSingle((uint)bfloat16 << 16);

    // Rounds to the nearest, ties to even; a carry out of the largest finite value gives infinity, as it should.
    private static ushort ToBFloat16(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    private static bool Write<T>(bool isValid, T value, Span<byte> element)
        where T : unmanaged
    {
        MemoryMarshal.Write(element, in value);
        return isValid;
    }
}
