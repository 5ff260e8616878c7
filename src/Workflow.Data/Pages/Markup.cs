using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;

namespace Workflow.Data.Pages;

/// <summary>Writes HTML and SVG: every text is encoded, every number is invariant. Not thread-safe.</summary>
internal sealed class Markup
{
    // Keeps letters of all scripts readable and encodes what has a meaning in markup; characters that no document may hold become �.
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(System.Text.Unicode.UnicodeRanges.All);
    private readonly StringBuilder _text = new();

    /// <summary>Opens an element; values of attributes are encoded.</summary>
    public Markup Open(string name, params ReadOnlySpan<(string Name, string Value)> attributes) => Tag(name, attributes, ">");

    /// <summary>Writes an element without content.</summary>
    public Markup Empty(string name, params ReadOnlySpan<(string Name, string Value)> attributes) => Tag(name, attributes, "/>");

    /// <summary>Closes an element.</summary>
    public Markup Close(string name)
    {
        _text.Append("</").Append(name).Append('>');
        return this;
    }

    /// <summary>Writes an element that holds a text.</summary>
    public Markup Element(string name, string text, params ReadOnlySpan<(string Name, string Value)> attributes) =>
        Open(name, attributes).Text(text).Close(name);

    /// <summary>Writes a text, encoded.</summary>
    public Markup Text(string text)
    {
        _text.Append(Encode(text));
        return this;
    }

    /// <summary>Writes markup of our own.</summary>
    public Markup Raw(string markup)
    {
        _text.Append(markup);
        return this;
    }

    /// <summary>Writes a coordinate with at most two digits after the point.</summary>
    public static string Number(double value) => (Math.Round(value, 2) + 0.0).ToString("0.##", CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    private Markup Tag(string name, ReadOnlySpan<(string Name, string Value)> attributes, string end)
    {
        _text.Append('<').Append(name);
        foreach (var (attribute, value) in attributes)
        {
            _text.Append(' ').Append(attribute).Append("=\"").Append(Encode(value)).Append('"');
        }

        _text.Append(end);
        return this;
    }

    // Control characters are not allowed in a document even when they are encoded.
    private static string Encode(string text) => Encoder.Encode(text.AsSpan().IndexOfAnyInRange('\0', '\u001f') < 0
        ? text
        : string.Create(text.Length, text, static (span, from) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = from[i] < ' ' && from[i] is not ('\n' or '\t' or '\r') ? '\uFFFD' : from[i];
            }
        }));
}
