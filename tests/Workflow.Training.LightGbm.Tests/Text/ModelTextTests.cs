using Apache.Arrow;
using CsCheck;
using Workflow.Training.LightGbm.Native;
using Workflow.Training.LightGbm.Tests.Golden;
using Workflow.Training.LightGbm.Text;

namespace Workflow.Training.LightGbm.Tests.Text;

public sealed class ModelTextTests
{
    [Fact]
    public void Takes_every_golden_model()
    {
        foreach (var id in GoldenCase.Ids)
        {
            var golden = GoldenCase.Read(id);
            var text = ModelTextReader.Read(golden.Text);
            Assert.Equal(golden.Leaves[0].Length, text.Trees);
        }
    }

    // The cases of golden/lightgbm/errors.json in which LightGBM itself aborts or complains, made from the same base model.
    [Theory]
    [InlineData("empty", "")]
    [InlineData("foreign", "{\"model\": 1}")]
    [InlineData("garbage", "tree\nversion=v4\n")]
    public void Refuses_what_is_no_model(string why, string text)
    {
        Assert.NotEmpty(why);
        Assert.Throws<InvalidDataException>(() => ModelTextReader.Read(text));
    }

    [Theory]
    [InlineData("\n", "\r\n", "carriage return")]
    [InlineData("num_class=1\n", "", "num_class=")]
    [InlineData("version=v4", "version=v99", "v99")]
    [InlineData("objective=binary sigmoid:1", "objective=multiclass num_class:99", "their numbers of classes differ")]
    [InlineData("num_class=1", "num_class=2", "their numbers of classes differ")]
    [InlineData("tree_sizes=", "tree_sizes=9", "tree 0 has 9969 characters")]
    [InlineData("leaf_value=-0.67155809524958787 -0.5392654731589962 -0.25877162252388086 ", "leaf_value=", "leaf_value has 5 values, expected 8", true)]
    [InlineData("left_child=3", "left_child=77", "left_child 0 is '77'", true)]
    [InlineData("left_child=3", "left_child=0 3", "left_child has 8 values, expected 7", true)]
    [InlineData("left_child=3", "left_child=1", "has two parents", true)]
    [InlineData("num_leaves=8", "num_leaves=2000000000", "2000000000", true)]
    [InlineData("threshold=-0.21498619657133533", "threshold=nan", "threshold 0 is 'nan'", true)]
    [InlineData("split_feature=0", "split_feature=500", "split_feature 0 is '500'", true)]
    [InlineData("decision_type=2", "decision_type=3", "category set", true)]
    public void Refuses_damaged_models_and_says_where(string from, string to, string expected, bool keepSizes = false)
    {
        var text = GoldenCase.Read("obj-binary").Text;
        var at = text.IndexOf(from, StringComparison.Ordinal);
        Assert.True(at >= 0, from);
        var damaged = from == "\n" ? text.Replace("\n", to, StringComparison.Ordinal) : text[..at] + to + text[(at + from.Length)..];
        if (keepSizes)
        {
            damaged = damaged.Replace("tree_sizes=969 ", $"tree_sizes={969 + to.Length - from.Length} ", StringComparison.Ordinal);
        }

        var error = Assert.Throws<InvalidDataException>(() => ModelTextReader.Read(damaged));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_every_cut()
    {
        var text = GoldenCase.Read("obj-binary").Text;
        var end = text.IndexOf("end of trees\n", StringComparison.Ordinal) + "end of trees\n".Length;
        for (var length = 0; length < end; length += 7)
        {
            Assert.Throws<InvalidDataException>(() => ModelTextReader.Read(text[..length]));
        }
    }

    // The native library ends the process on a damaged tree: that this test ends at all is its point.
    [Fact]
    public void Whatever_it_lets_through_the_native_library_survives()
    {
        string[] texts = [.. new[] { "obj-binary", "cat-high", "shape-mixed-one-leaf", "linear-reg", "boost-rf-multi" }.Select(id => GoldenCase.Read(id).Text)];
        var token = Gen.OneOf([.. new[] { "0", "-1", "77", "9", "inf", "nan", "-inf", "1e999", "", " ", "\n", "=", "2147483648", "4294967295", "abc", "0.5", "Tree=1", "-9", "1e-320", "\u00e9" }.Select(Gen.Const)]);
        var accepted = 0;
        Gen.Select(Gen.OneOf([.. texts.Select(Gen.Const)]), Gen.Int[0, 1 << 20], Gen.Int[0, 3], token, Gen.Bool).Sample(
            (text, where, cut, insert, wholeToken) =>
            {
                var damaged = Damage(text, where, cut, insert, wholeToken);
                try
                {
                    using var model = LightGbmModel.From(damaged, footer: null);
                    var row = Enumerable.Repeat((IArrowArray)new DoubleArray.Builder().Append(0.5).Build(), model.Signature.Inputs.FieldsList.Count).ToArray();
                    model.Predict(row, 1, LightGbmApi.PredictNormal, CancellationToken.None);
                    Interlocked.Increment(ref accepted);
                }
                catch (InvalidDataException)
                {
                    // Refused, as it should be.
                }
            },
            iter: 3_000);
        Assert.InRange(accepted, 10, 2_999);
    }

    // Replaces a token (or cuts characters) somewhere, and mends the sizes, so that the damage reaches the trees.
    private static string Damage(string text, int where, int cut, string insert, bool wholeToken)
    {
        var at = where % (text.Length - 4);
        var end = at + cut;
        if (wholeToken)
        {
            at = text.LastIndexOfAny([' ', '=', '\n'], at) + 1;
            end = text.IndexOfAny([' ', '\n'], at);
        }

        var damaged = text[..at] + insert + text[end..];
        var start = damaged.IndexOf("Tree=0\n", StringComparison.Ordinal);
        var sizesAt = damaged.IndexOf("tree_sizes=", StringComparison.Ordinal);
        if (start < 0 || sizesAt < 0 || sizesAt > start)
        {
            return damaged;
        }

        var sizes = new List<int>();
        for (var next = start; next >= 0 && damaged.AsSpan(next).StartsWith("Tree=");)
        {
            var following = damaged.IndexOf("\nTree=", next + 1, StringComparison.Ordinal) + 1;
            var stop = following > 0 ? following : damaged.IndexOf("end of trees", next, StringComparison.Ordinal);
            if (stop < 0)
            {
                break;
            }

            sizes.Add(stop - next);
            next = stop;
        }

        var line = damaged.IndexOf('\n', sizesAt);
        return damaged[..sizesAt] + "tree_sizes=" + string.Join(' ', sizes) + damaged[line..];
    }
}
