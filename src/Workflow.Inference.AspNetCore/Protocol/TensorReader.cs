using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Workflow.Inference.Scoring;

namespace Workflow.Inference.AspNetCore.Protocol;

/// <summary>Reads the <c>data</c> of one tensor: flat, or nested exactly as its shape says.</summary>
internal static class TensorReader
{
    private const int MaxRank = 32;

    /// <summary>Reads the array at which the reader stands.</summary>
    /// <param name="reader">At the first bracket; afterwards at the last.</param>
    /// <param name="request">Rents the buffer.</param>
    /// <param name="declared">Name, type and shape; its data are still empty.</param>
    /// <param name="faults">Gets what is wrong.</param>
    /// <returns>The tensor, or null with faults.</returns>
    public static TensorValue? Read(ref Utf8JsonReader reader, InferenceRequest request, TensorValue declared, List<string> faults)
    {
        var start = reader.TokenStartIndex;
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            faults.Add($"input '{declared.Name}': expected an array as data, got {reader.TokenType}");
            reader.Skip();
            return null;
        }

        var count = Count(declared.Shape);
        if (count is null || declared.Shape.Length > MaxRank)
        {
            faults.Add($"input '{declared.Name}': expected a shape of at most {MaxRank} lengths that are not negative, got [{string.Join(", ", declared.Shape)}]");
            reader.Skip();
            return null;
        }

        // The size of the body, not the shape that somebody wrote, decides how much is allocated: an element takes a byte and a comma.
        var lookahead = reader;
        lookahead.Skip();
        var bytes = lookahead.TokenStartIndex - start;
        if (count > (bytes + 1) / 2)
        {
            faults.Add(Fault(declared, $"its shape has {count} elements, more than the data can hold"));
            reader = lookahead;
            return null;
        }

        var values = new Values(request, declared.DataType, (int)count, (int)bytes);
        var fault = ReadArrays(ref reader, declared, values);
        if (fault is null && values.Written != count)
        {
            fault = string.Create(CultureInfo.InvariantCulture, $"its shape has {count} elements, but its data {values.Written}");
        }

        reader = lookahead;
        if (fault is not null)
        {
            faults.Add(Fault(declared, fault));
            return null;
        }

        return declared with { Data = values.Content };
    }

    private static string? ReadArrays(ref Utf8JsonReader reader, TensorValue declared, Values values)
    {
        Span<long> lengths = stackalloc long[MaxRank + 1];
        lengths[0] = 0;
        var depth = 1;
        var leafDepth = 0;
        while (depth > 0 && reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartArray:
                    if (depth == Math.Max(1, declared.Shape.Length))
                    {
                        return $"its data nest deeper than its shape [{string.Join(", ", declared.Shape)}]";
                    }

                    lengths[depth - 1]++;
                    lengths[depth++] = 0;
                    break;
                case JsonTokenType.EndArray:
                    depth--;
                    if ((depth > 0 || leafDepth > 1) && lengths[depth] != declared.Shape[depth])
                    {
                        return $"its data have a list of {lengths[depth]} at level {depth}, but its shape is [{string.Join(", ", declared.Shape)}]";
                    }

                    break;
                default:
                    leafDepth = leafDepth == 0 ? depth : leafDepth;
                    if (depth != leafDepth || (depth > 1 && depth != declared.Shape.Length))
                    {
                        return $"its data are neither flat nor nested as its shape [{string.Join(", ", declared.Shape)}]";
                    }

                    lengths[depth - 1]++;
                    if (!values.TryAdd(ref reader))
                    {
                        return values.IsFull ? "its data have more elements than its shape"
                            : $"element {values.Written} is {Show(ref reader)}, which is no {Datatypes.NameOf(declared.DataType)}";
                    }

                    break;
            }
        }

        return null;
    }

    private static string Fault(TensorValue declared, string what) => $"input '{declared.Name}' ({Datatypes.NameOf(declared.DataType)}): {what}";

    private static string Show(ref Utf8JsonReader reader)
    {
        var text = Encoding.UTF8.GetString(reader.ValueSpan[..Math.Min(reader.ValueSpan.Length, 40)]);
        return reader.TokenType switch
        {
            JsonTokenType.String => $"\"{text}\"",
            JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null => text,
            _ => "an object",
        };
    }

    private static long? Count(ImmutableArray<long> shape)
    {
        var count = 1L;
        foreach (var length in shape)
        {
            if (length < 0 || (length > 0 && count > long.MaxValue / length))
            {
                return null;
            }

            count *= length;
        }

        return count;
    }

    private sealed class Values
    {
        private readonly TensorDataType _type;
        private readonly int _size;
        private readonly int _count;
        private readonly byte[] _buffer;
        private int _length;

        // A byte string needs four bytes of length for at least two quotes and a comma, and never more bytes than its JSON.
        public Values(InferenceRequest request, TensorDataType type, int count, int jsonBytes)
        {
            (_type, _size, _count) = (type, Datatypes.SizeOf(type), count);
            _buffer = request.Rent(Math.Max(1, _size == 0 ? (2 * jsonBytes) + sizeof(uint) : _size * count));
        }

        public int Written { get; private set; }

        public bool IsFull => Written == _count;

        public ReadOnlyMemory<byte> Content => _buffer.AsMemory(0, _length);

        public bool TryAdd(ref Utf8JsonReader reader)
        {
            if (IsFull)
            {
                return false;
            }

            if (_size > 0)
            {
                if (!ElementReader.TryRead(ref reader, _type, _buffer.AsSpan(_length, _size)))
                {
                    return false;
                }

                _length += _size;
            }
            else
            {
                if (reader.TokenType != JsonTokenType.String)
                {
                    return false;
                }

                var written = reader.CopyString(_buffer.AsSpan(_length + sizeof(uint)));
                BinaryPrimitives.WriteUInt32LittleEndian(_buffer.AsSpan(_length), (uint)written);
                _length += sizeof(uint) + written;
            }

            Written++;
            return true;
        }
    }
}
