using System.Numerics;
using System.Runtime.InteropServices;

namespace Workflow.Onnx;

/// <summary>Turns the stored elements of a tensor into numbers and back.</summary>
internal static class OnnxTensorData
{
    public static OnnxElementType ElementTypeOf<T>()
        where T : unmanaged =>
        default(T) switch
        {
            float => OnnxElementType.Float32,
            double => OnnxElementType.Float64,
            Half => OnnxElementType.Float16,
            sbyte => OnnxElementType.Int8,
            byte => OnnxElementType.UInt8,
            short => OnnxElementType.Int16,
            ushort => OnnxElementType.UInt16,
            int => OnnxElementType.Int32,
            uint => OnnxElementType.UInt32,
            long => OnnxElementType.Int64,
            ulong => OnnxElementType.UInt64,
            bool => OnnxElementType.Boolean,
            _ => throw new ArgumentException($"{typeof(T).Name} is no element type of tensors. Use float, double, Half, bool or an integer of 8 to 64 bits."),
        };

    /// <summary>Multiplies the dimensions.</summary>
    /// <returns>Null where one is negative or the product exceeds 64 bits.</returns>
    public static long? CountElements(List<long> dims)
    {
        if (dims.Exists(static dim => dim < 0))
        {
            return null;
        }

        if (dims.Contains(0))
        {
            return 0;
        }

        var count = BigInteger.One;
        foreach (var dim in dims)
        {
            count *= dim;
            if (count > long.MaxValue)
            {
                return null;
            }
        }

        return (long)count;
    }

    public static byte[] ToLittleEndian<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(values).ToArray();
        SwapIfBigEndian<T>(bytes);
        return bytes;
    }

    public static T[] ToArray<T>(OnnxTensor tensor)
        where T : unmanaged
    {
        var expected = ElementTypeOf<T>();
        if (tensor.ElementType != expected)
        {
            throw new InvalidOperationException($"{Label(tensor)} has elements of type {tensor.ElementType?.ToString() ?? "unknown"}, not {expected}. Ask for its own type.");
        }

        if (tensor.DataLocation is 1)
        {
            throw new InvalidOperationException($"{Label(tensor)} keeps its data in another file. Load them first.");
        }

        var count = CountElements(tensor.Dims);
        if (tensor.RawData is { } raw)
        {
            if (raw.Length % Width<T>() != 0 || raw.Length / Width<T>() != count)
            {
                throw WrongCount(tensor, $"{raw.Length} bytes");
            }

            var values = MemoryMarshal.Cast<byte, T>(raw.Span).ToArray();
            SwapIfBigEndian<T>(MemoryMarshal.AsBytes(values.AsSpan()));
            return values;
        }

        return FromTypedData<T>(tensor, count);
    }

    private static T[] FromTypedData<T>(OnnxTensor tensor, long? count)
        where T : unmanaged
    {
        var typed = tensor.TypedData;
        if (default(T) is float or double)
        {
            if (typed.Length % Width<T>() != 0 || typed.Length / Width<T>() != count)
            {
                throw WrongCount(tensor, $"{typed.Length} bytes");
            }

            var values = MemoryMarshal.Cast<byte, T>(typed.Span).ToArray();
            SwapIfBigEndian<T>(MemoryMarshal.AsBytes(values.AsSpan()));
            return values;
        }

        // Every element of these has at least one byte, so the shape cannot make us allocate more than the file is long.
        if (count is null || count > typed.Length)
        {
            throw WrongCount(tensor, $"at most {typed.Length}");
        }

        var numbers = new T[count.Value];
        var position = 0;
        for (var i = 0; i < numbers.Length; i++)
        {
            if (position >= typed.Length)
            {
                throw WrongCount(tensor, $"{i}");
            }

            numbers[i] = Narrow<T>(NextVarint(typed.Span, ref position));
        }

        return position == typed.Length ? numbers : throw WrongCount(tensor, "more");
    }

    // The reader checked that the last byte ends a number.
    private static ulong NextVarint(ReadOnlySpan<byte> bytes, ref int position)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes[position++];
            value |= shift < 64 ? (ulong)(next & 0x7F) << shift : 0;
            if (next < 0x80)
            {
                return value;
            }
        }
    }

    // Bits are cut to the width, which is what the field of narrower types means; sixteen-bit floats are stored as their bits.
    private static T Narrow<T>(ulong value)
        where T : unmanaged
    {
        Span<ulong> wide = [default(T) is bool ? Math.Min(value, 1) : value];
        var bytes = MemoryMarshal.AsBytes(wide);
        return MemoryMarshal.Read<T>(BitConverter.IsLittleEndian ? bytes : bytes[^Width<T>()..]);
    }

    private static int Width<T>()
        where T : unmanaged =>
        System.Runtime.CompilerServices.Unsafe.SizeOf<T>();

    private static void SwapIfBigEndian<T>(Span<byte> bytes)
        where T : unmanaged
    {
        if (!BitConverter.IsLittleEndian)
        {
            for (var width = Width<T>(); !bytes.IsEmpty; bytes = bytes[width..])
            {
                bytes[..width].Reverse();
            }
        }
    }

    private static InvalidOperationException WrongCount(OnnxTensor tensor, string found) =>
        new($"{Label(tensor)} has the shape [{string.Join(", ", tensor.Dims)}] but holds {found}. The model is damaged; use an undamaged copy.");

    private static string Label(OnnxTensor tensor) => $"The tensor '{tensor.Name}'";
}
