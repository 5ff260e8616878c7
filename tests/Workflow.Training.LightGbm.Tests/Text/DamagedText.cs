using CsCheck;
using Workflow.Training.LightGbm.Tests.Export;
using GoldenCase = Workflow.Training.LightGbm.Tests.Golden.GoldenCase;

namespace Workflow.Training.LightGbm.Tests.Text;

/// <summary>Makes damaged model texts of sound ones.</summary>
internal static class DamagedText
{
    /// <summary>A sound model without trees, which only a header says.</summary>
    public const string WithoutTrees =
        "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\nmax_feature_idx=1\nobjective=regression\nfeature_names=a b\n"
        + "feature_infos=[0:1] none\ntree_sizes=\n\nend of trees\n\nfeature_importances:\n\nparameters:\n[boosting: gbdt]\nend of parameters\n";

    private static readonly Gen<string> Words = OneOf(
        "0", "-1", "1", "77", "9", "inf", "nan", "-inf", "1e999", "", " ", "\n", "\n\n", "=", "2147483648", "4294967295", "abc", "0.5", "Tree=1", "-9", "1e-320", "\u00e9",
        ":", "[", "]", "[0:1]", "[:]", "none", "-1:0:5", "::", "sigmoid:0", "sigmoid:1", "num_class:2", "num_class:0", "sqrt", "objective=", "objective= ", "objective=multiclass num_class:4",
        "regression", "binary", "custom", "tree_sizes=", "average_output", "monotone_constraints=", "end of trees", "parameters:", "end of parameters", "feature_importances:",
        "[linear_tree: 1]", "[linear_tree:", "f0=1", "feature_infos=none", "tree", "version=v3", "max_feature_idx=0");

    private const string Signs = "0123456789 -.=e\nxT:[]";

    private static readonly Lazy<string[]> Sound = new(() =>
    [
        WithoutTrees,
        .. new[] { "obj-binary", "cat-high", "shape-mixed-one-leaf", "linear-reg", "boost-rf-multi", "mono-basic", "obj-multiclassova", "obj-regression-sqrt" }.Select(static id => GoldenCase.Read(id).Text),
        .. Enumerable.Range(0, 8).Select(static i => new RandomModel(7, (ulong)i).ToText()),
    ]);

    /// <summary>Gets texts with one to three damages; the sizes of the trees are mended in nine of ten, so that the damage reaches the trees.</summary>
    public static Gen<string> Any =>
        Gen.Select(OneOf(Sound.Value), Damage.Array[1, 3], Gen.Int[0, 9]).Select(static (text, damages, mend) =>
        {
            var damaged = damages.Aggregate(text, static (sound, damage) => damage(sound));
            return mend > 0 ? WithSizes(damaged) : damaged;
        });

    /// <summary>A small model of one tree: two splits, three leaves.</summary>
    public static string Mini(string features, string left, string right) => WithSizes(
        "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\nmax_feature_idx=1\nobjective=regression\nfeature_names=a b\n"
        + "feature_infos=[0:1] [0:1]\ntree_sizes=0\n\nTree=0\nnum_leaves=3\nnum_cat=0\n"
        + $"split_feature={features}\nsplit_gain=1 1\nthreshold=0.5 -inf\ndecision_type=2 10\nleft_child={left}\nright_child={right}\nleaf_value=1 2 -3e-5\n"
        + "leaf_weight=1 1 1\nleaf_count=1 1 1\ninternal_value=0 0\ninternal_weight=3 2\ninternal_count=3 2\nis_linear=0\nshrinkage=1\n\n\nend of trees\n");

    /// <summary>Puts the sizes of the trees right.</summary>
    public static string WithSizes(string text)
    {
        var line = text.IndexOf("tree_sizes=", StringComparison.Ordinal);
        var start = text.IndexOf("\nTree=", StringComparison.Ordinal) + 1;
        if (start == 0 || line < 0 || line > start)
        {
            return text;
        }

        var sizes = new List<int>();
        for (var next = start; text.AsSpan(next).StartsWith("Tree=");)
        {
            var following = text.IndexOf("\nTree=", next + 1, StringComparison.Ordinal) + 1;
            var stop = following > 0 ? following : text.IndexOf("end of trees", next, StringComparison.Ordinal);
            if (stop < 0)
            {
                break;
            }

            sizes.Add(stop - next);
            next = stop;
        }

        return text[..line] + "tree_sizes=" + string.Join(' ', sizes) + text[text.IndexOf('\n', line)..];
    }

    // Places are drawn as fractions of a part of the text: the header is short, and would hardly ever be met otherwise.
    private static Gen<Func<string, string>> Damage =>
        Gen.Select(Gen.Int[0, 3], Gen.Double.Unit, Gen.Double.Unit, Gen.Int[0, 6], Words).Select(static (part, from, to, kind, word) => new Func<string, string>(text => kind switch
        {
            0 => Lines(text, part, from, to, static (lines, i, j) => (lines[i], lines[j]) = (lines[j], lines[i])),
            1 => Lines(text, part, from, to, static (lines, i, j) => lines.Insert(j, lines[i])),
            2 => Lines(text, part, from, to, static (lines, i, _) => lines.RemoveAt(i)),
            3 => Lines(text, part, from, to, (lines, i, _) => lines.Insert(i, word)),
            4 => Token(text, Place(text, part, from), word),
            5 => Characters(text, Place(text, part, from), (int)(to * 4), word),
            _ => Characters(text, Place(text, part, from), 1, Signs[(int)(to * Signs.Length)].ToString()),
        }));

    private static Gen<string> OneOf(params string[] words) => Gen.OneOf([.. words.Select(Gen.Const)]);

    private static (int Start, int End) Part(string text, int part)
    {
        var trees = text.IndexOf("Tree=", StringComparison.Ordinal);
        var end = text.IndexOf("end of trees", StringComparison.Ordinal);
        return part switch
        {
            0 when trees > 0 => (0, trees),
            1 when trees > 0 && end > trees => (trees, end),
            2 when end > 0 => (end, text.Length),
            _ => (0, text.Length),
        };
    }

    private static int Place(string text, int part, double fraction)
    {
        var (start, end) = Part(text, part);
        return start + (int)((end - start) * fraction);
    }

    private static string Lines(string text, int part, double from, double to, Action<List<string>, int, int> change)
    {
        var (start, end) = Part(text, part);
        List<string> lines = [.. text[start..end].Split('\n')];
        change(lines, (int)(lines.Count * from), (int)(lines.Count * to));
        return text[..start] + string.Join('\n', lines) + text[end..];
    }

    private static string Token(string text, int at, string word)
    {
        char[] ends = [' ', '=', '\n', ':'];
        var start = at == 0 ? 0 : text.LastIndexOfAny(ends, at - 1) + 1;
        var stop = at >= text.Length ? -1 : text.IndexOfAny(ends, at);
        return text[..start] + word + text[(stop < 0 ? text.Length : stop)..];
    }

    private static string Characters(string text, int at, int count, string word) => text[..at] + word + text[Math.Min(text.Length, at + count)..];
}
