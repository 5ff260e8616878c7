using System.Globalization;
using System.Numerics;
using System.Text;

namespace Workflow.Data.Versioning.Imports;

/// <summary>What the headers of an answer tell of a file. Immutable.</summary>
/// <param name="Checksum">What DVC records: the ETag, else the Content-MD5, else a number made of what else the headers say.</param>
/// <param name="Length">In bytes; null when the server does not say.</param>
/// <param name="ETag">As it was sent, with its quotes; null for none.</param>
/// <param name="ContentMd5">In base64; null for none.</param>
internal sealed record HttpMark(string Checksum, long? Length, string? ETag, string? ContentMd5)
{
    public static HttpMark Of(string address, HttpResponseMessage answer)
    {
        var encoding = Header(answer, "Content-Encoding");
        var length = encoding is null or "" or "identity" ? answer.Content.Headers.ContentRange?.Length ?? answer.Content.Headers.ContentLength : null;
        var tag = Header(answer, "ETag");
        var md5 = Header(answer, "Content-MD5");
        return new HttpMark(tag ?? md5 ?? Token(address, answer, length), length, tag, md5);
    }

    // DVC then hashes what it would print of the headers.
    private static string Token(string address, HttpResponseMessage answer, long? length)
    {
        var text = new StringBuilder("{'name': ").Append(PythonTuple.Quoted(address))
            .Append(", 'size': ").Append(length?.ToString(CultureInfo.InvariantCulture) ?? "None");
        Append(text, "mimetype", Header(answer, "Content-Type")?.Split(';')[0]);
        text.Append(Header(answer, "Accept-Ranges") == "none" ? ", 'partial': False" : "");
        Append(text, "url", answer.RequestMessage?.RequestUri?.AbsoluteUri ?? address);
        Append(text, "Digest", Header(answer, "Digest"));
        Append(text, "Last-Modified", Header(answer, "Last-Modified"));
        text.Append(", 'type': 'file'}");
        return BigInteger.Parse("0" + PythonTuple.Token(text.ToString()), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);
    }

    private static void Append(StringBuilder text, string key, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            text.Append(", '").Append(key).Append("': ").Append(PythonTuple.Quoted(value));
        }
    }

    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.NonValidated.TryGetValues(name, out var values) || answer.Content.Headers.NonValidated.TryGetValues(name, out values) ? string.Join(", ", values) is { Length: > 0 } text ? text : null : null;
}
