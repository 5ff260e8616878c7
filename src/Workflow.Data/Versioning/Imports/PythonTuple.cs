using System.Text;
using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning.Imports;

/// <summary>The names that DVC makes out of values: the MD5 of what Python prints of them.</summary>
internal static class PythonTuple
{
    /// <summary>Gets a text as Python prints it.</summary>
    public static string Quoted(string text)
    {
        var quote = text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        var written = new StringBuilder().Append(quote);
        foreach (var c in text)
        {
            _ = c switch
            {
                '\\' => written.Append("\\\\"),
                '\n' => written.Append("\\n"),
                '\r' => written.Append("\\r"),
                '\t' => written.Append("\\t"),
                _ when c == quote => written.Append('\\').Append(c),
                < ' ' or '\u007F' => written.Append("\\x").Append(((int)c).ToString("x2", System.Globalization.CultureInfo.InvariantCulture)),
                _ => written.Append(c),
            };
        }

        return written.Append(quote).ToString();
    }

    /// <summary>Gets the hash of what Python prints of a tuple.</summary>
    /// <param name="items">What it prints of the items.</param>
    public static Md5Hash Token(params IReadOnlyList<string> items) =>
        FileHasher.Hash(Encoding.UTF8.GetBytes(items.Count == 1 ? $"({items[0]},)" : $"({string.Join(", ", items)})"));
}
