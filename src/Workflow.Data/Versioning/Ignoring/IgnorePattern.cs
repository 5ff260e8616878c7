using System.Text;

namespace Workflow.Data.Versioning.Ignoring;

/// <summary>One line of a <c>.dvcignore</c> as DVC reads it, which is almost but not quite as git reads it.</summary>
internal sealed class IgnorePattern
{
    private readonly SegmentGlob?[] _segments;
    private readonly bool _matchesAll;
    private readonly bool _matchesNothing;

    private IgnorePattern(bool isNegated, bool isFolderOnly, string source, SegmentGlob?[] segments, bool matchesAll, bool matchesNothing) =>
        (IsNegated, IsFolderOnly, Source, _segments, _matchesAll, _matchesNothing) = (isNegated, isFolderOnly, source, segments, matchesAll, matchesNothing);

    public bool IsNegated { get; }

    public bool IsFolderOnly { get; }

    /// <summary>Gets file, line and text, for messages.</summary>
    public string Source { get; }

    /// <summary>Reads a pattern that is relative to the repository's root.</summary>
    /// <returns>Null for a line that matches nothing by rule: blank, a comment, an unclosed bracket.</returns>
    /// <exception cref="DvcException">The pattern has no meaning: DVC fails on every command while it is there.</exception>
    public static IgnorePattern? TryCreate(string pattern, string source)
    {
        var text = pattern.EndsWith("\\ ", StringComparison.Ordinal) ? pattern : pattern.TrimEnd();
        if (text.Length == 0 || text[0] == '#' || text == "/")
        {
            return null;
        }

        var isNegated = text[0] == '!';
        if (isNegated)
        {
            text = text[1..];
        }

        var isFolderOnly = text.EndsWith('/');
        var parts = text.Split('/').ToList();
        if (parts[0].Length == 0)
        {
            parts.RemoveAt(0);
        }
        else if ((parts.Count == 1 || (parts.Count == 2 && parts[1].Length == 0)) && parts[0] != "**")
        {
            parts.Insert(0, "**");
        }

        if (parts.Count == 0)
        {
            throw Meaningless(source);
        }

        if (parts[^1].Length == 0)
        {
            parts[^1] = "**";
        }

        for (var i = parts.Count - 1; i > 0; i--)
        {
            if (parts[i] == "**" && parts[i - 1] == "**")
            {
                parts.RemoveAt(i);
            }
        }

        var all = (parts is ["**"] && !isFolderOnly) || parts is ["**", "*"];
        var nothing = (parts is ["**"] && isFolderOnly) || parts is ["**", "*", "**"];
        var segments = new SegmentGlob?[parts.Count];
        for (var i = 0; i < parts.Count; i++)
        {
            if (parts[i] == "**")
            {
                continue;
            }

            segments[i] = SegmentGlob.TryParse(parts[i], out var isMeaningless);
            if (isMeaningless)
            {
                throw Meaningless(source);
            }

            if (segments[i] is null)
            {
                return null;
            }
        }

        // DVC asks the text after merging and stripping, where "!" has moved in front.
        return new IgnorePattern(isNegated, pattern.EndsWith('/'), source, segments, all, nothing);
    }

    /// <summary>Rewrites a line of a nested file so that it is relative to the root.</summary>
    public static string Rebase(string rule, string folder)
    {
        var isNegated = rule.StartsWith('!');
        var text = isNegated ? rule[1..] : rule;
        bool anywhere;
        if (text.Length > 0 && text.AsSpan(0, text.Length - 1).Contains('/') && !text.StartsWith("**/", StringComparison.Ordinal))
        {
            anywhere = false;
            text = text.StartsWith('/') ? text[1..] : text;
        }
        else
        {
            anywhere = true;
            text = text.StartsWith("**/", StringComparison.Ordinal) ? text[3..] : text;
        }

        text = text.StartsWith('\\') ? text[1..] : text;
        return new StringBuilder(isNegated ? "!/" : "").Append(folder).Append(anywhere ? "/**/" : "/").Append(text).ToString();
    }

    /// <summary>Whether the pattern covers a path or one of the folders above it.</summary>
    public bool Matches(ReadOnlySpan<string> path, bool isFolder) =>
        !_matchesNothing && (!IsFolderOnly || isFolder) && (_matchesAll || Matches(0, path, isFolder));

    private bool Matches(int index, ReadOnlySpan<string> path, bool isFolder)
    {
        if (index == _segments.Length)
        {
            return true;
        }

        if (_segments[index] is not { } glob)
        {
            if (index == _segments.Length - 1)
            {
                // A final "**" wants something below; DVC writes folders with a slash, which counts as that.
                return path.Length > 0 || isFolder;
            }

            for (var skipped = 0; skipped < path.Length; skipped++)
            {
                if (Matches(index + 1, path[skipped..], isFolder))
                {
                    return true;
                }
            }

            return false;
        }

        return path.Length > 0 && glob.Matches(path[0]) && Matches(index + 1, path[1..], isFolder);
    }

    private static DvcException Meaningless(string source) =>
        new($"The ignore pattern {source} has no meaning (a backslash, an exclamation mark or a range with nothing to apply to): every DVC command fails on it. Correct the line.");
}
