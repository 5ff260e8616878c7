using System.Collections.Immutable;

namespace Workflow.Training.LightGbm.Export;

/// <summary>A model in LightGBM's text format, read and checked in full. Immutable.</summary>
/// <remarks>
/// LightGBM ends the process on a text that is damaged inside a tree or has CRLF line ends. What this type accepts, LightGBM
/// reads: check every text here before it goes to native code. Stricter than LightGBM where it guesses: a text without
/// <c>tree_sizes</c> or <c>end of trees</c> is refused as truncated.
/// </remarks>
internal sealed record LightGbmText
{
    /// <summary>Gets the number of scores a row has.</summary>
    public required int Classes { get; init; }

    /// <summary>Gets how many trees one iteration adds: tree i adds to the score i modulo this.</summary>
    public required int TreesPerIteration { get; init; }

    /// <summary>Gets the names of the features as LightGBM knows them, in column order.</summary>
    public required ImmutableArray<string> FeatureNames { get; init; }

    /// <summary>Gets what the scores mean.</summary>
    public required LightGbmObjective Objective { get; init; }

    /// <summary>Gets whether scores are means over the iterations (random forest) and not sums.</summary>
    public required bool IsAveraged { get; init; }

    /// <summary>Gets the trees, in the order in which LightGBM adds them up.</summary>
    public required ImmutableArray<LightGbmTree> Trees { get; init; }

    /// <summary>Reads and checks a model text.</summary>
    /// <param name="text">The whole text, as LightGBM saved it.</param>
    /// <exception cref="InvalidDataException">The text is damaged or truncated; the message names the tree and the key.</exception>
    public static LightGbmText Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var bad = text.AsSpan().IndexOfAny('\r', '\0');
        if (bad >= 0)
        {
            throw Damage($"character {bad} is {(text[bad] == '\r' ? "a carriage return (CRLF line ends)" : "NUL")}. Save it with LF line ends");
        }

        var lines = new LightGbmLines(text);
        var header = ReadHeader(lines);
        var features = Integer(header, "max_feature_idx", 0) + 1L;
        var names = Words(header, "feature_names", features);
        _ = Words(header, "feature_infos", features);
        _ = Integer(header, "label_index", 0);
        var perIteration = Integer(header, "num_tree_per_iteration", 1);
        var classes = Integer(header, "num_class", 1);
        if (perIteration != classes)
        {
            throw Damage($"num_tree_per_iteration={perIteration} differs from num_class={classes}");
        }

        var trees = ReadTrees(lines, Words(header, "tree_sizes", null), names.Length);
        if (trees.Length % perIteration != 0)
        {
            throw Damage($"{trees.Length} trees are no multiple of num_tree_per_iteration={perIteration}");
        }

        var objective = LightGbmObjective.Parse(header.GetValueOrDefault("objective"));
        if ((objective.Name is "multiclass" or "multiclassova" && classes < 2) || (classes > 1 && objective.Name is not ("multiclass" or "multiclassova" or "custom")))
        {
            throw Damage($"objective={objective.Name} does not go with num_class={classes}");
        }

        return new LightGbmText
        {
            Classes = classes,
            TreesPerIteration = perIteration,
            FeatureNames = names,
            Objective = objective,
            IsAveraged = header.ContainsKey("average_output"),
            Trees = trees,
        };
    }

    private static Dictionary<string, string> ReadHeader(LightGbmLines lines)
    {
        if (lines.Read() != "tree")
        {
            throw Damage("the first line is not 'tree'");
        }

        var header = new Dictionary<string, string>(StringComparer.Ordinal);
        while (lines.Peek() is { } line && line != "end of trees" && !line.StartsWith("Tree=", StringComparison.Ordinal))
        {
            lines.Read();
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            var key = equals < 0 ? line : line[..equals];
            if (key.Length > 0 && !header.TryAdd(key, equals < 0 ? "" : line[(equals + 1)..]))
            {
                throw Damage($"the header's key '{key}' occurs twice");
            }
        }

        return header;
    }

    private static ImmutableArray<LightGbmTree> ReadTrees(LightGbmLines lines, ImmutableArray<string> sizes, int features)
    {
        var trees = ImmutableArray.CreateBuilder<LightGbmTree>();
        for (var index = 0; index < sizes.Length; index++)
        {
            // LightGBM jumps to each tree by these sizes.
            var start = lines.Position;
            if (lines.Read() != $"Tree={index}")
            {
                throw Damage($"'Tree={index}' is missing where tree_sizes says it starts");
            }

            var content = new List<string>();
            while (lines.Peek() is { Length: > 0 } line)
            {
                content.Add(line);
                lines.Read();
            }

            trees.Add(new LightGbmTreeText(index, features, content).Read());
            while (lines.Peek() is "")
            {
                lines.Read();
            }

            if (!LightGbmNumbers.TryInt32(sizes[index], out var size) || size != lines.Position - start)
            {
                throw Damage($"tree {index} has {lines.Position - start} characters, tree_sizes says '{sizes[index]}'");
            }
        }

        return lines.Peek() == "end of trees"
            ? trees.ToImmutable()
            : throw Damage($"'end of trees' is missing behind {trees.Count} trees: the text is cut or tree_sizes is too short");
    }

    private static int Integer(Dictionary<string, string> header, string key, int minimum) =>
        header.TryGetValue(key, out var text) && LightGbmNumbers.TryInt32(text, out var value) && value >= minimum && value < int.MaxValue
            ? value
            : throw Damage($"the header's key '{key}' is '{text ?? "missing"}', expected an integer from {minimum}");

    private static ImmutableArray<string> Words(Dictionary<string, string> header, string key, long? count)
    {
        if (!header.TryGetValue(key, out var text))
        {
            throw Damage($"the header's key '{key}' is missing");
        }

        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return count is null || words.Length == count
            ? [.. words]
            : throw Damage($"the header's key '{key}' has {words.Length} entries, expected {count}");
    }

    private static InvalidDataException Damage(string reason) =>
        new($"The LightGBM model text is not readable: {reason}. Use an undamaged text that LightGBM 4 wrote.");
}
