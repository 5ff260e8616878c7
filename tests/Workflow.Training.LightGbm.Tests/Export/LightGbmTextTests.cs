using System.Globalization;
using System.Text;
using Workflow.Numerics.Random;
using Workflow.Training.LightGbm.Export;

namespace Workflow.Training.LightGbm.Tests.Export;

/// <summary>Damaged texts must be refused here: LightGBM ends the process on them.</summary>
public sealed class LightGbmTextTests
{
    private static readonly string Sound = Enumerable.Range(0, 100).Select(static i => new RandomModel(7, (ulong)i))
        .First(static model => model.Features > 2 && model.ToText().Contains("cat_boundaries=0 1 2", StringComparison.Ordinal) && model.Classes == 1).ToText();

    [Fact]
    public void Every_golden_text_is_read_whole()
    {
        foreach (var golden in GoldenCase.All())
        {
            var model = LightGbmText.Parse(golden.ModelText);
            Assert.Equal(golden.Rows[0].Length, model.FeatureNames.Length);
            Assert.Equal(golden.Scores[0].Length, model.Classes);
        }
    }

    [Theory]
    [InlineData("\n", "\r\n", "carriage return")]
    [InlineData("tree\n", "Tree\n", "first line")]
    [InlineData("num_class=1", "num_class=0", "num_class")]
    [InlineData("num_class=1", "num_klass=1", "num_class")]
    [InlineData("feature_infos=", "feature_infos=none ", "feature_infos")]
    [InlineData("tree_sizes=", "tree_sizes=9", "tree_sizes")]
    [InlineData("end of trees", "end of tree", "end of trees")]
    [InlineData("Tree=0", "Tree=1", "Tree=0")]
    [InlineData("num_leaves=", "num_leaves=1", "tree 0")]
    [InlineData("split_feature=", "split_feature=1 ", "split_feature")]
    [InlineData("threshold=", "threshold=nan ", "threshold")]
    [InlineData("decision_type=", "decision_type=12 ", "decision_type")]
    [InlineData("leaf_value=", "leaf_valve=", "leaf_valve")]
    [InlineData("leaf_value=", "leaf_value=x", "leaf_value")]
    [InlineData("leaf_count=", "leaf_count=1 ", "leaf_count")]
    [InlineData("is_linear=0", "is_linear=2", "is_linear")]
    [InlineData("shrinkage=1\n", "", "shrinkage")]
    [InlineData("num_cat=", "num_cat=1", "cat_boundaries")]
    [InlineData("cat_boundaries=0 ", "cat_boundaries=1 ", "cat_boundaries")]
    [InlineData("cat_threshold=", "cat_threshold=1 ", "cat_threshold")]
    [InlineData("objective=", "objective=foo ", "objective=foo")]
    public void Damage_is_named(string sound, string damaged, string named)
    {
        var at = Sound.IndexOf(sound, StringComparison.Ordinal);
        Assert.True(at >= 0);
        var error = Assert.Throws<InvalidDataException>(() => LightGbmText.Parse(WithSizes(Sound[..at] + damaged + Sound[(at + sound.Length)..], fix: named != "tree_sizes")));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1 0", "~0 ~1", "~1 ~2")]
    [InlineData("0 1", "0 ~0", "~1 ~2")]
    [InlineData("0 0", "~0 ~0", "~1 ~2")]
    [InlineData("0 0", "1 0", "~1 ~2")]
    [InlineData("0 0", "2 ~0", "~1 ~2")]
    [InlineData("0 0", "~3 ~0", "1 ~2")]
    public void What_is_no_tree_is_refused(string features, string left, string right)
    {
        var text = MiniText(features, Children(left), Children(right));
        var error = Assert.Throws<InvalidDataException>(() => LightGbmText.Parse(text));
        Assert.Contains("tree 0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_small_tree_of_these_tests_is_sound() =>
        Assert.Single(LightGbmText.Parse(MiniText("0 0", Children("1 ~0"), Children("~1 ~2"))).Trees);

    [Fact]
    public void A_text_cut_anywhere_is_refused()
    {
        var end = Sound.IndexOf("end of trees", StringComparison.Ordinal) + "end of trees\n".Length;
        for (var length = 0; length < end; length++)
        {
            Assert.Throws<InvalidDataException>(() => LightGbmText.Parse(Sound[..length]));
        }
    }

    [Fact]
    public void Random_damage_is_refused_or_harmless_to_LightGBM()
    {
        var accepted = 0;
        for (var index = 0UL; index < 4000; index++)
        {
            var random = new Philox(11, "damage", index);
            var text = new StringBuilder(Sound);
            for (var i = random.NextInt32(3); i >= 0; i--)
            {
                var at = random.NextInt32(text.Length);
                const string Alphabet = "0123456789 -.=e\nxT";
                _ = random.NextInt32(3) switch
                {
                    0 => text.Remove(at, Math.Min(1 + random.NextInt32(4), text.Length - at)),
                    1 => text.Insert(at, Alphabet[random.NextInt32(Alphabet.Length)]),
                    _ => text.Replace(text[at], Alphabet[random.NextInt32(Alphabet.Length)], at, 1),
                };
            }

            // Sizes are put right half of the time: otherwise nearly every damage fails on them alone.
            var damaged = WithSizes(text.ToString(), fix: random.NextInt32(2) == 0);
            LightGbmText model;
            try
            {
                model = LightGbmText.Parse(damaged);
            }
            catch (InvalidDataException)
            {
                continue;
            }

            // LightGBM would end this process.
            using var native = new NativeScorer(damaged);
            Assert.Equal(model.Classes, native.Score(new double[model.FeatureNames.Length], model.FeatureNames.Length, model.Classes).Length);
            accepted++;
        }

        Assert.InRange(accepted, 100, 3000);
    }

    private static string Children(string children) =>
        string.Join(' ', children.Split(' ').Select(static child => (child[0] == '~' ? ~int.Parse(child[1..], CultureInfo.InvariantCulture) : int.Parse(child, CultureInfo.InvariantCulture)).ToString(CultureInfo.InvariantCulture)));

    private static string MiniText(string features, string left, string right) => WithSizes(
        "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\nmax_feature_idx=1\nobjective=regression\nfeature_names=a b\n"
        + "feature_infos=[0:1] [0:1]\ntree_sizes=0\n\nTree=0\nnum_leaves=3\nnum_cat=0\n"
        + $"split_feature={features}\nthreshold=0.5 0.25\ndecision_type=2 2\nleft_child={left}\nright_child={right}\nleaf_value=1 2 3\nis_linear=0\nshrinkage=1\n\n\nend of trees\n", fix: true);

    // Puts the sizes right, so that a test reaches the damage it made.
    private static string WithSizes(string text, bool fix)
    {
        var line = text.IndexOf("tree_sizes=", StringComparison.Ordinal);
        var starts = new List<int>();
        for (var at = text.IndexOf("\nTree=", StringComparison.Ordinal); at >= 0; at = text.IndexOf("\nTree=", at + 1, StringComparison.Ordinal))
        {
            starts.Add(at + 1);
        }

        var end = text.IndexOf("end of trees", StringComparison.Ordinal);
        if (!fix || line < 0 || end < 0 || starts.Count == 0)
        {
            return text;
        }

        starts.Add(end);
        var sizes = string.Join(' ', starts.Zip(starts.Skip(1), static (from, to) => to - from));
        var stop = text.IndexOf('\n', line);
        return text[..line] + "tree_sizes=" + sizes + text[stop..];
    }
}
