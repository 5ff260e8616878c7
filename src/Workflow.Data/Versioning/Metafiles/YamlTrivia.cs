using YamlDotNet.Core;

namespace Workflow.Data.Versioning.Metafiles;

/// <summary>The comments and blank lines of a text, given to the nodes that they stand behind, as ruamel.yaml does.</summary>
/// <param name="text">The whole document, its lines ended by line feeds.</param>
internal sealed class YamlTrivia(string text)
{
    /// <summary>Gets how many comments have been given to a node.</summary>
    public int Comments { get; private set; }

    /// <summary>Counts all comments of a text. The parser itself stumbles over some: only the scanner is asked.</summary>
    public static int CountComments(string text)
    {
        if (!text.Contains('#', StringComparison.Ordinal))
        {
            return 0;
        }

        using var reader = new StringReader(text);
        var scanner = new Scanner(reader, skipComments: false);
        var count = 0;
        while (scanner.MoveNext())
        {
            count += scanner.Current is YamlDotNet.Core.Tokens.Comment ? 1 : 0;
        }

        return count;
    }

    /// <summary>Gives a node what stands behind it.</summary>
    /// <param name="node">A value in a block.</param>
    /// <param name="end">The place behind its last character.</param>
    public void Attach(YamlNode node, int end)
    {
        // The parser ends what stands in brackets before its last bracket.
        end += node is YamlMapping or YamlSequence && end < text.Length && (text[end] is '}' or ']') ? 1 : 0;
        var next = SkipTrivia(end, out var lastBreak, out var comments);
        if (lastBreak < 0 && next < text.Length)
        {
            return;
        }

        var trailing = lastBreak < 0 ? text[end..] : text[end..(lastBreak + 1)];
        trailing = trailing.TrimStart(' ', '\t');
        if (trailing is "" or "\n")
        {
            return;
        }

        Comments += comments;
        node.TrailingColumn = ColumnOf(end + (lastBreak < 0 ? text.Length - end : lastBreak + 1 - end) - trailing.Length);
        node.IsTrailingOfNext = node is YamlMapping or YamlSequence && !trailing.StartsWith('#');
        node.Trailing = trailing.EndsWith('\n') ? trailing : trailing + "\n";
    }

    /// <summary>Gives a key what stands between its colon and the block below it.</summary>
    /// <param name="key">The key.</param>
    /// <param name="end">The place behind its last character.</param>
    public void AttachBehindColon(YamlScalar key, int end)
    {
        var colon = end;
        while (colon < text.Length && text[colon] is ' ' or '\t')
        {
            colon++;
        }

        if (colon < text.Length && text[colon] == ':')
        {
            Attach(key, colon + 1);
        }
    }

    /// <summary>Gets the comments and blank lines before the document's first node; document markers are dropped.</summary>
    public string? Leading(int start)
    {
        var lines = text[..start].Split('\n')[..^1].Where(static l => !l.StartsWith("---", StringComparison.Ordinal)).ToList();
        Comments += lines.Count(static l => l.TrimStart().StartsWith('#'));

        // A blank line at the very start is not kept.
        if (lines is [var first, ..] && string.IsNullOrWhiteSpace(first))
        {
            lines.RemoveAt(0);
        }

        return lines.Count == 0 ? null : string.Concat(lines.Select(static l => l + "\n"));
    }

    private int ColumnOf(int index)
    {
        var start = index == 0 ? 0 : text.LastIndexOf('\n', index - 1) + 1;
        return index - start - text.Substring(start, index - start).Count(char.IsLowSurrogate);
    }

    private int SkipTrivia(int at, out int lastBreak, out int comments)
    {
        lastBreak = -1;
        comments = 0;
        for (; at < text.Length; at++)
        {
            switch (text[at])
            {
                case ' ' or '\t':
                    break;
                case '\n':
                    lastBreak = at;
                    break;
                case '#':
                    comments++;
                    var end = text.IndexOf('\n', at);
                    lastBreak = end < 0 ? lastBreak : end;
                    at = (end < 0 ? text.Length : end + 1) - 1;
                    if (end < 0)
                    {
                        lastBreak = -1;
                        return text.Length;
                    }

                    break;
                default:
                    return at;
            }
        }

        return at;
    }
}
