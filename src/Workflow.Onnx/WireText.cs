using System.Text;

namespace Workflow.Onnx;

/// <summary>Text of a model. UTF-8; a byte that is no UTF-8 becomes a lone surrogate U+DC80…U+DCFF and is written back as it was.</summary>
internal static class WireText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (System.Text.Unicode.Utf8.IsValid(bytes))
        {
            return Strict.GetString(bytes);
        }

        var text = new StringBuilder(bytes.Length);
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var used) == System.Buffers.OperationStatus.Done)
            {
                text.Append(rune.ToString());
            }
            else
            {
                foreach (var invalid in bytes[..used])
                {
                    text.Append((char)(0xDC00 + invalid));
                }
            }

            bytes = bytes[used..];
        }

        return text.ToString();
    }

    public static byte[] Encode(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\uDC80', '\uDCFF'))
        {
            return Strict.GetBytes(text);
        }

        var bytes = new List<byte>(text.Length * 2);
        Span<byte> buffer = stackalloc byte[4];
        for (var i = 0; i < text.Length;)
        {
            if (Rune.TryGetRuneAt(text, i, out var rune))
            {
                bytes.AddRange(buffer[..rune.EncodeToUtf8(buffer)]);
                i += rune.Utf16SequenceLength;
            }
            else if (text[i] is >= '\uDC80' and <= '\uDCFF')
            {
                bytes.Add((byte)(text[i++] - 0xDC00));
            }
            else
            {
                throw new ArgumentException($"The text holds the lone surrogate U+{(int)text[i]:X4} at position {i}; only U+DC80 to U+DCFF stand for a byte. Pass well-formed text.", nameof(text));
            }
        }

        return [.. bytes];
    }
}
