using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Workflow.Training.LightGbm.Text;

/// <summary>Reads and checks the header: LightGBM itself takes most of it at its word.</summary>
internal static class HeaderReader
{
    private const int MaxTrees = 10_000_000;
    private const int MaxClasses = 1_000_000;
    private const string Averaged = "average_output";

    private static readonly FrozenSet<string> Keys = FrozenSet.Create(
        StringComparer.Ordinal,
        "version", "num_class", "num_tree_per_iteration", "label_index", "max_feature_idx", "objective",
        "feature_names", "monotone_constraints", "feature_infos", "tree_sizes");

    /// <summary>Reads the header.</summary>
    /// <param name="text">The whole text.</param>
    /// <param name="lines">At the first line; then at the header's last.</param>
    /// <exception cref="InvalidDataException">Says which line and key is wrong.</exception>
    public static Header Read(string text, ref TextLines lines)
    {
        var header = new KeyedLines(text, Keys);
        var isAveraged = Collect(header, ref lines);
        if (header.Value("version") is not ("v3" or "v4"))
        {
            throw header.Fault("version", $"it is '{Unreadable.Show(header.Value("version"))}', expected v3 or v4");
        }

        NumberLines.Integer(header, "label_index", 0, int.MaxValue);
        var names = FeatureLines.Read(header, NumberLines.Integer(header, "max_feature_idx", 0, int.MaxValue - 1) + 1);
        var objective = Objective.Read(header);
        var classes = ReadClasses(header, objective);
        return new Header(classes, names, objective, isAveraged, ReadSizes(header, classes, text.Length));
    }

    private static bool Collect(KeyedLines header, ref TextLines lines)
    {
        var isAveraged = false;
        header.Begin(lines.Number, tree: null);
        while (lines.Peek(out var line) && !line.StartsWith("Tree=") && line is not "end of trees")
        {
            lines.Next();
            if (line is Averaged)
            {
                isAveraged = !isAveraged ? true : throw Unreadable.At(lines.Number, $"header: '{Averaged}' comes twice");
            }
            else if (!line.IsEmpty)
            {
                header.Add(ref lines);
            }
        }

        return isAveraged;
    }

    // The objective writes as many scores as it says itself, into a buffer of num_class: LightGBM does not compare the two.
    private static int ReadClasses(KeyedLines header, Objective objective)
    {
        var classes = NumberLines.Integer(header, "num_class", 1, MaxClasses);
        var perIteration = NumberLines.Integer(header, "num_tree_per_iteration", 1, MaxClasses);
        var own = objective.Name is "multiclass" or "multiclassova" ? objective.Classes ?? 0
            : header.Has("objective") ? 1
            : classes;
        return classes == perIteration && classes == own
            ? classes
            : throw header.Fault("num_class", $"it is {classes}, but num_tree_per_iteration is {perIteration}, and the objective '{objective.Name}' has {own}: their numbers of classes differ");
    }

    private static ImmutableArray<int> ReadSizes(KeyedLines header, int classes, int characters)
    {
        var trees = Words.Count(header.Value("tree_sizes"));
        return trees <= MaxTrees && trees % classes == 0
            ? ImmutableCollectionsMarshal.AsImmutableArray(NumberLines.Integers(header, "tree_sizes", trees, 1, characters))
            : throw header.Fault("tree_sizes", $"it lists {trees} trees, expected a multiple of num_tree_per_iteration={classes}, up to {MaxTrees}");
    }
}
