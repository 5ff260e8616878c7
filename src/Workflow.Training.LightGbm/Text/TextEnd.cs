using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;

namespace Workflow.Training.LightGbm.Text;

/// <summary>Checks what follows <c>end of trees</c>: importances, parameters, and the categories that LightGBM's Python package adds.</summary>
/// <remarks>Native code reads these lines, too; those of a model without trees it takes for a part of the header.</remarks>
internal static class TextEnd
{
    private const string Categories = "pandas_categorical:";

    private static readonly SearchValues<char> InNames = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_");

    /// <summary>Checks the lines.</summary>
    /// <param name="lines">At <c>end of trees</c>.</param>
    /// <param name="names">The features' names.</param>
    /// <param name="trees">The number of trees.</param>
    /// <exception cref="InvalidDataException">Says which line is wrong.</exception>
    public static void Check(ref TextLines lines, ImmutableArray<string> names, int trees)
    {
        var part = Part.Start;
        HashSet<string>? known = null;
        while (lines.Next())
        {
            var line = lines.Line;
            if (line.IsEmpty)
            {
                continue;
            }

            part = part switch
            {
                Part.Start when line is "feature_importances:" => Part.Importances,
                Part.Start or Part.Importances when line is "parameters:" => Part.Parameters,
                Part.Parameters when line is "end of parameters" => Part.End,
                Part.Importances when trees > 0 && IsImportance(line, known ??= [.. names]) => part,
                Part.Parameters when IsParameter(line) => part,
                not Part.Parameters when line.StartsWith(Categories) => Part.End,
                _ => throw Unreadable.At(lines.Number, $"'{Unreadable.Show(line)}' is unexpected behind 'end of trees'"),
            };
        }

        if (part == Part.Parameters)
        {
            throw Unreadable.At(lines.Number, "expected 'end of parameters' behind it: the text is cut");
        }
    }

    private static bool IsImportance(ReadOnlySpan<char> line, HashSet<string> names)
    {
        var equals = line.LastIndexOf('=');
        return equals > 0
            && ulong.TryParse(line[(equals + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out _)
            && names.GetAlternateLookup<ReadOnlySpan<char>>().Contains(line[..equals]);
    }

    // '[name: value]'. LightGBM takes one of them at its word when it scores: whether trees are linear.
    private static bool IsParameter(ReadOnlySpan<char> line)
    {
        if (line is not ['[', .. var pair, ']'] || pair.IndexOf(": ") is not (> 0 and var colon))
        {
            return false;
        }

        var name = pair[..colon];
        return !name.ContainsAnyExcept(InNames) && (name is not "linear_tree" || pair[(colon + 2)..] is "0" or "1");
    }

    private enum Part
    {
        Start,
        Importances,
        Parameters,
        End,
    }
}
