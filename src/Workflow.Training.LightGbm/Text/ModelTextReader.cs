using System.Collections.Immutable;
using System.Globalization;
using Workflow.Training.LightGbm.Export;

namespace Workflow.Training.LightGbm.Text;

/// <summary>Checks a LightGBM model text before the native library sees it: that library ends the process on a damaged tree.</summary>
/// <remarks>Nothing is allocated that the text's own length does not pay for.</remarks>
internal static class ModelTextReader
{
    private const int MaxTrees = 10_000_000;

    // What a line of another key would do to native code is not known.
    private static readonly ImmutableArray<string> Keys =
    [
        "version", "num_class", "num_tree_per_iteration", "label_index", "max_feature_idx", "objective",
        "feature_names", "monotone_constraints", "feature_infos", "tree_sizes",
    ];

    /// <summary>Reads and checks a text, without its footer.</summary>
    /// <param name="text">LightGBM's text, format v3 or v4, with LF line ends.</param>
    /// <exception cref="InvalidDataException">The text is damaged or foreign; says where.</exception>
    public static ModelText Read(string text)
    {
        if (text.AsSpan().IndexOfAny('\r', '\0') is >= 0 and var at)
        {
            throw Fault(LineNumber(text, at), text[at] == '\r'
                ? "has a carriage return; LightGBM texts have LF line ends: convert the file"
                : "has a NUL character");
        }

        var lines = new TextLines(text);
        if (!lines.Next() || !lines.Line.SequenceEqual("tree"))
        {
            throw Fault(1, "is not 'tree'; this is no LightGBM model text");
        }

        var header = ReadHeader(ref lines);
        var version = Required(header, "version");
        if (version is not ("v3" or "v4"))
        {
            throw new InvalidDataException($"The model has format '{version}'; this version reads v3 and v4. Save it with LightGBM {Native.LightGbmLibrary.Version} or older.");
        }

        var classes = Number(header, "num_class", 1, 1_000_000);
        var perIteration = Number(header, "num_tree_per_iteration", 1, 1_000_000);
        Number(header, "label_index", 0, int.MaxValue);
        var features = Number(header, "max_feature_idx", 0, int.MaxValue - 1) + 1;
        var names = Required(header, "feature_names").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Expect("feature_names", names.Length, features);
        var infos = Required(header, "feature_infos").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Expect("feature_infos", infos.Length, features);
        FeatureLines.CheckNames([.. names]);
        FeatureLines.CheckInfos(infos);
        if (header.TryGetValue("monotone_constraints", out var monotone))
        {
            var constraints = monotone.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            Expect("monotone_constraints", constraints.Length, features);
            FeatureLines.CheckMonotone(constraints);
        }

        var sizes = Required(header, "tree_sizes").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (sizes.Length > MaxTrees || sizes.Length % perIteration != 0)
        {
            throw new InvalidDataException($"The model lists {sizes.Length} trees, which is no multiple of its {perIteration} trees per iteration.");
        }

        header.TryGetValue("objective", out var objective);
        LightGbmObjective.Parse(objective);
        CheckClasses(objective, classes, perIteration);
        lines.SkipTo(CheckTrees(text, lines.Position, sizes, features));
        lines.Next();
        TextEnd.Check(ref lines, [.. names], sizes.Length);
        return new ModelText(objective, [.. names], classes, sizes.Length);
    }

    // The objective writes as many scores as it says itself, into a buffer of num_class: LightGBM does not compare the two.
    private static void CheckClasses(string? objective, int classes, int perIteration)
    {
        var own = objective?.Split(' ').Where(part => part.StartsWith("num_class:", StringComparison.Ordinal)).Select(part => part["num_class:".Length..]).LastOrDefault();
        var isMulticlass = objective?.StartsWith("multiclass", StringComparison.Ordinal) is true;
        var text = classes.ToString(CultureInfo.InvariantCulture);
        if (classes != perIteration || (isMulticlass ? own != text : own is not null) || (!isMulticlass && objective is not null && classes != 1))
        {
            throw new InvalidDataException(
                $"The model's header says num_class={classes}, num_tree_per_iteration={perIteration} and objective={objective}: their numbers of classes differ.");
        }
    }

    // Trees follow one another without gaps, each of exactly the listed size: that is how LightGBM cuts the text for its threads.
    private static int CheckTrees(string text, int start, string[] sizes, int features)
    {
        for (var i = 0; i < sizes.Length; i++)
        {
            if (!int.TryParse(sizes[i], NumberStyles.None, CultureInfo.InvariantCulture, out var size) || size < 1 || size > text.Length - start)
            {
                throw new InvalidDataException($"The model says that tree {i} has {sizes[i]} characters, but {text.Length - start} are left: the text is cut or its tree_sizes are damaged.");
            }

            try
            {
                TreeTextReader.Check(text.AsSpan(start, size), i, features);
            }
            catch (InvalidDataException e)
            {
                throw new InvalidDataException($"Tree {i} of the model (from line {LineNumber(text, start)}) is damaged: {e.Message}", e);
            }

            start += size;
        }

        start += text.AsSpan(start).IndexOfAnyExcept('\n') is > 0 and var blank ? blank : 0;
        return text.AsSpan(start).StartsWith("end of trees\n")
            ? start
            : throw new InvalidDataException($"After {sizes.Length} trees (line {LineNumber(text, start)}) the model must say 'end of trees': the text is cut or its tree_sizes are damaged.");
    }

    private static Dictionary<string, string> ReadHeader(ref TextLines lines)
    {
        var header = new Dictionary<string, string>(StringComparer.Ordinal);
        while (lines.Peek(out var line) && !line.StartsWith("Tree=") && !line.SequenceEqual("end of trees"))
        {
            lines.Next();
            if (line.IsEmpty || line.SequenceEqual("average_output"))
            {
                continue;
            }

            var key = line[..Math.Max(0, line.IndexOf('='))].ToString();
            if (!Keys.Contains(key))
            {
                throw Fault(lines.Number, $"is unknown in a header: '{Shown.Of(line)}'");
            }

            if (!header.TryAdd(key, line[(key.Length + 1)..].ToString()))
            {
                throw Fault(lines.Number, $"repeats '{key}'");
            }
        }

        return header;
    }

    private static string Required(Dictionary<string, string> header, string key) =>
        header.TryGetValue(key, out var value) ? value : throw new InvalidDataException($"The model's header has no line '{key}='; the text is cut or is no LightGBM model.");

    private static int Number(Dictionary<string, string> header, string key, int least, int greatest)
    {
        var value = Required(header, key);
        return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= greatest
            ? number
            : throw new InvalidDataException($"The model's header says '{key}={value}'; expected a whole number from {least} to {greatest}.");
    }

    private static void Expect(string key, int actual, int expected)
    {
        if (actual != expected)
        {
            throw new InvalidDataException($"The model has {actual} {key} for {expected} features.");
        }
    }

    private static InvalidDataException Fault(int line, string what) => new($"Line {line} of the model text {what}.");

    private static int LineNumber(string text, int position) => text.AsSpan(0, position).Count('\n') + 1;
}
