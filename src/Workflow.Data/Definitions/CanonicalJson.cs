using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Workflow.Data.Storage;

namespace Workflow.Data.Definitions;

/// <summary>The one way to write a JSON value as bytes (RFC 8785), so that equal values have equal digests in every language.</summary>
/// <remarks>
/// Members sorted by the UTF-16 code units of their names, no white space, numbers as ECMAScript writes them, strings with the fewest
/// escapes, UTF-8. A number is a 64-bit float: an integer that such a float cannot hold exactly is refused rather than rounded.
/// </remarks>
public static class CanonicalJson
{
    /// <summary>How deep values may be nested: 64, the limit of System.Text.Json's own parser.</summary>
    public const int MaxDepth = 64;

    /// <summary>Writes a value.</summary>
    /// <param name="value">The value; null is the JSON value null.</param>
    /// <returns>The canonical bytes.</returns>
    /// <exception cref="ArgumentException">
    /// The value has no canonical form: an integer beyond the exact range of a 64-bit float, a number beyond its range, half of a
    /// surrogate pair, a member twice, or more than <see cref="MaxDepth"/> levels. Names the place as a JSON path.
    /// </exception>
    public static byte[] Serialize(JsonNode? value)
    {
        var output = new ArrayBufferWriter<byte>();
        Write(output, value, depth: 0);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Digests the canonical bytes of a value.</summary>
    /// <param name="value">The value; null is the JSON value null.</param>
    /// <exception cref="ArgumentException">The value has no canonical form, as for <see cref="Serialize"/>.</exception>
    public static ContentDigest Digest(JsonNode? value) => ContentDigest.Of(Serialize(value));

    private static void Write(ArrayBufferWriter<byte> output, JsonNode? node, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new ArgumentException($"The JSON value has more than {MaxDepth} levels at {node!.GetPath()}.");
        }

        switch (node)
        {
            case null:
                output.Write("null"u8);
                break;
            case JsonObject members:
                WriteObject(output, members, depth);
                break;
            case JsonArray items:
                output.Write("["u8);
                for (var i = 0; i < items.Count; i++)
                {
                    output.Write(i == 0 ? ""u8 : ","u8);
                    Write(output, items[i], depth + 1);
                }

                output.Write("]"u8);
                break;
            default:
                WriteValue(output, node.AsValue());
                break;
        }
    }

    private static void WriteObject(ArrayBufferWriter<byte> output, JsonObject members, int depth)
    {
        // Materialised lazily by System.Text.Json: a member that is there twice shows only here.
        KeyValuePair<string, JsonNode?>[] sorted = [.. members];
        Array.Sort(sorted, static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        output.Write("{"u8);
        for (var i = 0; i < sorted.Length; i++)
        {
            output.Write(i == 0 ? ""u8 : ","u8);
            WriteString(output, sorted[i].Key, members);
            output.Write(":"u8);
            Write(output, sorted[i].Value, depth + 1);
        }

        output.Write("}"u8);
    }

    private static void WriteValue(ArrayBufferWriter<byte> output, JsonValue value)
    {
        switch (value.GetValueKind())
        {
            case JsonValueKind.String:
                WriteString(output, value.GetValue<string>(), value);
                break;
            case JsonValueKind.Number:
                Encoding.UTF8.GetBytes(CanonicalNumber.Format(value.ToJsonString(), value), output);
                break;
            case JsonValueKind.True:
                output.Write("true"u8);
                break;
            case JsonValueKind.False:
                output.Write("false"u8);
                break;
            default:
                throw new ArgumentException($"The JSON value at {value.GetPath()} is neither text, number nor truth value.", nameof(value));
        }
    }

    private static void WriteString(ArrayBufferWriter<byte> output, string text, JsonNode place)
    {
        output.Write("\""u8);
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsSurrogate(c))
            {
                if (!char.IsHighSurrogate(c) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1]))
                {
                    throw new ArgumentException($"The text at {place.GetPath()} holds half of a surrogate pair (U+{(int)c:X4}) at position {i}.", nameof(text));
                }

                i++;
                continue;
            }

            if (c is >= ' ' and not ('"' or '\\'))
            {
                continue;
            }

            Encoding.UTF8.GetBytes(text.AsSpan(start, i - start), output);
            Encoding.UTF8.GetBytes(Escape(c), output);
            start = i + 1;
        }

        Encoding.UTF8.GetBytes(text.AsSpan(start), output);
        output.Write("\""u8);
    }

    private static string Escape(char c) => c switch
    {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\b' => "\\b",
        '\t' => "\\t",
        '\n' => "\\n",
        '\f' => "\\f",
        '\r' => "\\r",
        _ => $"\\u{(int)c:x4}",
    };
}
