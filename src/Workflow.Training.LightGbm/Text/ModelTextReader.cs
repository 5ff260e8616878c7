using System.Runtime.InteropServices;

namespace Workflow.Training.LightGbm.Text;

/// <summary>Reads a model in LightGBM's text format, and checks all of it.</summary>
/// <remarks>
/// LightGBM ends the process on a text that is damaged or has CRLF line ends. What this type accepts, LightGBM reads: every text
/// comes here before it goes to native code. Stricter than LightGBM where that guesses: a text without <c>tree_sizes</c> or
/// <c>end of trees</c>, or with a line of an unknown key, is refused.
/// </remarks>
internal static class ModelTextReader
{
    /// <summary>Reads and checks a text, without its footer.</summary>
    /// <param name="text">LightGBM's text, format v3 or v4, with LF line ends.</param>
    /// <exception cref="InvalidDataException">The text is damaged or foreign; says which line, tree and key.</exception>
    public static ModelText Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.AsSpan().IndexOfAny('\r', '\0') is >= 0 and var at)
        {
            throw Unreadable.At(text.AsSpan(0, at).Count('\n') + 1, text[at] == '\r' ? "it has a carriage return" : "it has a NUL character");
        }

        var lines = new TextLines(text);
        if (!lines.Next() || lines.Line is not "tree")
        {
            throw Unreadable.At(1, "it is not 'tree'; this is no LightGBM model text");
        }

        var header = HeaderReader.Read(text, ref lines);
        var trees = ReadTrees(text, header, ref lines);
        TextEnd.Check(ref lines, header.FeatureNames, trees.Length);
        return new ModelText
        {
            ScoresPerRow = header.Classes,
            FeatureNames = header.FeatureNames,
            Objective = header.Objective,
            IsAveraged = header.IsAveraged,
            Trees = ImmutableCollectionsMarshal.AsImmutableArray(trees),
        };
    }

    private static Tree[] ReadTrees(string text, Header header, ref TextLines lines)
    {
        var reader = new TreeReader(text, header.FeatureNames.Length);
        var trees = new Tree[header.TreeSizes.Length];
        for (var i = 0; i < trees.Length; i++)
        {
            trees[i] = reader.Read(ref lines, i, header.TreeSizes[i]);
        }

        lines.SkipBlank(text.Length);
        return lines.Next() && lines.Line is "end of trees" && lines.IsEnded
            ? trees
            : throw Unreadable.At(lines.Number, $"expected 'end of trees' behind {trees.Length} trees: the text is cut or its tree_sizes are damaged");
    }
}
