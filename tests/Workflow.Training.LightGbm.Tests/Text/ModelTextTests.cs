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
    [InlineData("objective=binary sigmoid:1", "objective=", "objective")]
    [InlineData("objective=binary sigmoid:1", "objective= ", "objective")]
    [InlineData("objective=binary sigmoid:1", "objective=binary sigmoid:0", "above 0")]
    [InlineData("objective=binary sigmoid:1", "objective=binary sigmoid:nan", "above 0")]
    [InlineData("objective=binary sigmoid:1", "objective=binary sigmoid:", "above 0")]
    [InlineData("objective=binary sigmoid:1", "objective=binary sigmoid:1 sigmoid:2", "twice")]
    [InlineData("objective=binary sigmoid:1", "objective=binary sigmoid:1 num_class:1", "num_class:1")]
    [InlineData("objective=binary sigmoid:1", "objective=binary sigmoid:1 :", "':'")]
    [InlineData("objective=binary sigmoid:1", "objective=sorcery", "not known")]
    [InlineData("objective=binary sigmoid:1", "objective=multiclass num_class:x", "num_class:x")]
    [InlineData("objective=binary sigmoid:1", "objective=multiclass", "numbers of classes differ")]
    [InlineData("label_index=0", "label_index=0\nlabels=0", "Line 6 of the model text is unknown in a header: 'labels=0'")]
    [InlineData("label_index=0", "label_index=0\naverage_outputs", "average_outputs")]
    [InlineData("label_index=0", "label_index=0\naverage_output=1", "average_output=1")]
    [InlineData("label_index=0", "label_index=0\n=", "Line 6")]
    [InlineData("label_index=0", "label_index=0\nlabel_index=0", "repeats 'label_index'")]
    [InlineData("feature_names=Column_0 Column_1", "feature_names=Column_0 Column_0", "'Column_0' twice")]
    [InlineData("feature_names=Column_0", "feature_names=", "feature_names for")]
    [InlineData("feature_infos=[", "feature_infos=", "feature_infos 0")]
    [InlineData("feature_infos=[", "feature_infos=[[", "feature_infos 0")]
    [InlineData("feature_infos=[", "feature_infos=none [", "feature_infos for")]
    [InlineData("feature_infos=[", "feature_infos=[:", "feature_infos 0")]
    [InlineData("feature_infos=[", "feature_infos=[1:", "feature_infos 0")]
    [InlineData("feature_infos=[", "feature_infos=1:2:[", "feature_infos 0")]
    [InlineData("feature_infos=", "monotone_constraints=1\nfeature_infos=", "monotone_constraints for")]
    [InlineData("feature_infos=", "monotone_constraints=1 0 -1 0 0 0 0 2\nfeature_infos=", "monotone_constraints 7 '2'")]
    [InlineData("end of trees\n", "end of trees\nTree=9\n", "Tree=9")]
    [InlineData("feature_importances:\n", "feature_importances:\nf99=1\n", "'f99=1'")]
    [InlineData("feature_importances:\n", "feature_importances:\nColumn_0=-1\n", "'Column_0=-1'")]
    [InlineData("parameters:\n", "parameters:\nobjective=\n", "'objective='")]
    [InlineData("[linear_tree: 0]", "[linear_tree: x]", "linear_tree: x")]
    [InlineData("end of parameters\n", "", "end of parameters")]
    [InlineData("end of parameters\n", "end of parameters\nworkflw:{}\n", "workflw:")]
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

    // LightGBM takes what follows the trees for a part of the header where there are none.
    [Theory]
    [InlineData("end of trees\nobjective= \n")]
    [InlineData("end of trees\n\nfeature_importances:\nobjective=1\n\nparameters:\nend of parameters\n")]
    [InlineData("end of trees\n\nparameters:\nobjective=\nend of parameters\n")]
    [InlineData("end of trees\n\nparameters:\nend of parameters\nobjective= \n")]
    public void Refuses_header_lines_behind_the_trees_of_a_model_without_trees(string end)
    {
        Assert.Equal(0, ModelTextReader.Read(DamagedText.WithoutTrees).Trees);
        var error = Assert.Throws<InvalidDataException>(() => ModelTextReader.Read(DamagedText.WithoutTrees.Replace("end of trees\n", end, StringComparison.Ordinal)));
        Assert.Contains("objective=", error.Message, StringComparison.Ordinal);
    }

    // The native library ends the process on a damaged tree: that this test ends at all is its point.
    [Fact]
    public void Whatever_it_lets_through_the_native_library_survives()
    {
        var (accepted, refused) = (0, 0);
        DamagedText.Any.Sample(
            text =>
            {
                try
                {
                    using var model = LightGbmModel.From(text, footer: null);
                    var row = Enumerable.Repeat((IArrowArray)new DoubleArray.Builder().Append(0.5).Build(), model.Signature.Inputs.FieldsList.Count).ToArray();
                    model.Predict(row, 1, LightGbmApi.PredictNormal, CancellationToken.None);
                    Interlocked.Increment(ref accepted);
                }
                catch (InvalidDataException)
                {
                    Interlocked.Increment(ref refused); // As it should be.
                }
            },
            iter: 3_000);
        Assert.InRange(accepted, 10, int.MaxValue);
        Assert.InRange(refused, 10, int.MaxValue);
    }
}
