using Workflow.Training.LightGbm.Tests.Export;
using Workflow.Training.LightGbm.Text;
using GoldenCase = Workflow.Training.LightGbm.Tests.Golden.GoldenCase;

namespace Workflow.Training.LightGbm.Tests.Text;

/// <summary>Damaged texts must be refused here: LightGBM ends the process on them.</summary>
public sealed class DamagedModelTextTests
{
    private static readonly string Categorical = Enumerable.Range(0, 100).Select(static i => new RandomModel(7, (ulong)i))
        .First(static model => model.Features > 2 && model.ToText().Contains("cat_boundaries=0 1 2", StringComparison.Ordinal) && model.Classes == 1).ToText();

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
    [InlineData("\n", "\r\n", "line 1: it has a carriage return")]
    [InlineData("num_class=1", "num_class=1\0", "line 3: it has a NUL")]
    [InlineData("tree\n", "Tree\n", "line 1: it is not 'tree'")]
    [InlineData("num_class=1\n", "", "header, 'num_class': it is missing")]
    [InlineData("num_class=1", "num_klass=1", "line 3: header: 'num_klass=1'")]
    [InlineData("num_class=1", "num_class=0", "line 3: header, 'num_class': number 0 is '0', expected a whole number from 1 to 1000000")]
    [InlineData("num_class=1", "num_class=2", "line 3: header, 'num_class': it is 2, but num_tree_per_iteration is 1")]
    [InlineData("num_class=1", "num_class=1 1", "'num_class': it has 2 numbers, expected 1")]
    [InlineData("version=v4", "version=v99", "line 2: header, 'version': it is 'v99'")]
    [InlineData("label_index=0", "label_index=-1", "'label_index': number 0 is '-1'")]
    [InlineData("max_feature_idx=7", "max_feature_idx=2147483647", "'max_feature_idx': number 0 is '2147483647'")]
    [InlineData("label_index=0", "label_index=0\nlabels=0", "line 6: header: 'labels=0' is no line with a known key")]
    [InlineData("label_index=0", "label_index=0\naverage_outputs", "line 6: header: 'average_outputs'")]
    [InlineData("label_index=0", "label_index=0\naverage_output=1", "line 6: header: 'average_output=1'")]
    [InlineData("label_index=0", "label_index=0\naverage_output\naverage_output", "line 7: header: 'average_output' comes twice")]
    [InlineData("label_index=0", "label_index=0\n=", "line 6: header: '='")]
    [InlineData("label_index=0", "label_index=0\nlabel_index=0", "line 5: header, 'label_index': it comes again in line 6")]
    [InlineData("tree_sizes=", "tree_sizes=9", "header, 'tree_sizes': number 0 is '9969'")]
    [InlineData("tree_sizes=969 ", "tree_sizes=968 ", "line 30: expected 'Tree=1' where tree_sizes says that it starts, found ''")]
    [InlineData("tree_sizes=969 ", "tree_sizes=970 ", "tree 0 ends after 969 characters, but tree_sizes says 970")]
    [InlineData("tree_sizes=969 ", "tree_sizes=6900 ", "line 11: tree 0 has 6900 characters according to tree_sizes, but")]
    [InlineData("tree_sizes=969 ", "tree_sizes=", "line 30: expected 'Tree=1'")]
    [InlineData("end of trees", "\nTree=5\nend of trees", "expected 'end of trees' behind 4 trees")]
    [InlineData("end of trees", "end of tree", "expected 'end of trees'")]
    [InlineData("Tree=0", "Tree=1", "expected 'Tree=0'")]
    public void Refuses_a_damaged_header_and_says_where(string from, string to, string expected) => Refuses(Golden, (from, to), expected);

    [Theory]
    [InlineData("", "is not known")]
    [InlineData(" ", "is not known")]
    [InlineData("sorcery", "the objective 'sorcery' is not known")]
    [InlineData("binary", "the parameter 'sigmoid:' is missing")]
    [InlineData("multiclassova num_class:1", "the parameter 'sigmoid:' is missing")]
    [InlineData("binary sigmoid:0", "the parameter 'sigmoid:0'")]
    [InlineData("binary sigmoid:nan", "the parameter 'sigmoid:nan'")]
    [InlineData("binary sigmoid:inf", "the parameter 'sigmoid:inf'")]
    [InlineData("binary sigmoid:", "the parameter 'sigmoid:'")]
    [InlineData("binary sigmoid", "the parameter 'sigmoid'")]
    [InlineData("binary sigmoid:1 sigmoid:2", "the parameter 'sigmoid:2' comes twice")]
    [InlineData("binary sigmoid:1 num_class:1", "the parameter 'num_class:1'")]
    [InlineData("binary sigmoid:1 sqrt", "the parameter 'sqrt'")]
    [InlineData("binary sigmoid:1 :", "the parameter ':'")]
    [InlineData("multiclass num_class:x", "the parameter 'num_class:x'")]
    [InlineData("multiclass num_class:0", "the parameter 'num_class:0'")]
    [InlineData("multiclass num_class:99", "their numbers of classes differ")]
    [InlineData("multiclass", "their numbers of classes differ")]
    public void Refuses_an_objective_that_LightGBM_would_not_survive(string objective, string expected) =>
        Refuses(Golden, ("objective=binary sigmoid:1\n", $"objective={objective}\n"), expected);

    [Theory]
    [InlineData("feature_names=Column_0 Column_1", "feature_names=Column_0 Column_0", "'feature_names': entry 1 is 'Column_0', expected another name")]
    [InlineData("feature_names=Column_0", "feature_names==", "'feature_names': entry 0 is '='")]
    [InlineData("feature_names=Column_0", "feature_names=", "'feature_names': it has 7 entries for 8 features")]
    [InlineData("feature_infos=[", "feature_infos=", "'feature_infos': entry 0")]
    [InlineData("feature_infos=[", "feature_infos=[[", "'feature_infos': entry 0")]
    [InlineData("feature_infos=[", "feature_infos=[:", "'feature_infos': entry 0")]
    [InlineData("feature_infos=[", "feature_infos=[1:", "'feature_infos': entry 0")]
    [InlineData("feature_infos=[", "feature_infos=1:2:[", "'feature_infos': entry 0")]
    [InlineData("feature_infos=[", "feature_infos=none [", "'feature_infos': it has 9 entries for 8 features")]
    [InlineData("feature_infos=", "monotone_constraints=1\nfeature_infos=", "'monotone_constraints': it has 1 entries for 8 features")]
    [InlineData("feature_infos=", "monotone_constraints=1 0 -1 0 0 0 0 2\nfeature_infos=", "line 9: header, 'monotone_constraints': entry 7 is '2', expected -1, 0 or 1")]
    public void Refuses_damaged_lines_of_features(string from, string to, string expected) => Refuses(Golden, (from, to), expected);

    [Theory]
    [InlineData("leaf_value=-0.67155809524958787 -0.5392654731589962 -0.25877162252388086 ", "leaf_value=", "tree 0, 'leaf_value': it has 5 numbers, expected 8")]
    [InlineData("leaf_value=", "leaf_valve=", "tree 0: 'leaf_valve=")]
    [InlineData("leaf_value=", "leaf_value=x", "tree 0, 'leaf_value': number 0 is 'x-0.67155809524958787'")]
    [InlineData("leaf_value=", "leaf_value=inf ", "tree 0, 'leaf_value': number 0 is 'inf'")]
    [InlineData("leaf_value=-0.67155809524958787", "leaf_value=1e-400", "tree 0, 'leaf_value': number 0 is '1e-400'")]
    [InlineData("leaf_value=-0.67155809524958787", "leaf_value=1e400", "tree 0, 'leaf_value': number 0 is '1e400'")]
    [InlineData("leaf_count=", "leaf_count=1 ", "tree 0, 'leaf_count': it has 9 numbers, expected 8")]
    [InlineData("leaf_weight=", "leaf_weight=nan ", "tree 0, 'leaf_weight': number 0 is 'nan'")]
    [InlineData("internal_count=", "internal_count=1 ", "tree 0, 'internal_count': it has 8 numbers, expected 7")]
    [InlineData("left_child=3", "left_child=77", "tree 0, 'left_child': number 0 is '77', expected a whole number from -8 to 6")]
    [InlineData("left_child=3", "left_child=0 3", "tree 0, 'left_child': it has 8 numbers, expected 7")]
    [InlineData("left_child=3", "left_child=1", "two parents")]
    [InlineData("left_child=3", "left_child=3.0", "tree 0, 'left_child': number 0 is '3.0'")]
    [InlineData("num_leaves=8", "num_leaves=2000000000", "line 13: tree 0, 'num_leaves': number 0 is '2000000000'")]
    [InlineData("num_leaves=8", "num_leaves=131072", "tree 0, 'internal_value': it has 7 numbers, expected 131071")]
    [InlineData("num_leaves=8", "num_leaves=8\nnum_leaves=8", "line 13: tree 0, 'num_leaves': it comes again in line 14")]
    [InlineData("num_cat=0", "num_cat=8", "tree 0, 'num_cat': number 0 is '8'")]
    [InlineData("num_cat=0", "num_cat=1", "tree 0, 'cat_boundaries': it is missing")]
    [InlineData("threshold=-0.21498619657133533", "threshold=nan", "tree 0, 'threshold': number 0 is 'nan'")]
    [InlineData("threshold=", "threshold=1 ", "tree 0, 'threshold': it has 8 numbers, expected 7")]
    [InlineData("split_feature=0", "split_feature=500", "tree 0, 'split_feature': number 0 is '500'")]
    [InlineData("split_feature=", "split_feature=1 ", "tree 0, 'split_feature': it has 8 numbers")]
    [InlineData("decision_type=2", "decision_type=3", "tree 0, 'threshold': split 0 takes category set -0.21498619657133533 of 0")]
    [InlineData("decision_type=2", "decision_type=12", "tree 0, 'decision_type': number 0 is '12'")]
    [InlineData("is_linear=0", "is_linear=2", "tree 0, 'is_linear': number 0 is '2'")]
    [InlineData("is_linear=0", "is_linear=1", "tree 0, 'leaf_const': it is missing")]
    [InlineData("shrinkage=1\n", "", "tree 0, 'shrinkage': it is missing")]
    [InlineData("shrinkage=1\n", "shrinkage=inf\n", "tree 0, 'shrinkage': number 0 is 'inf'")]
    [InlineData("shrinkage=1\n", "shrinkage=1\nlinks=1\n", "tree 0: 'links=1' is no line with a known key")]
    [InlineData("shrinkage=1\n", "shrinkage=1\né=1\n", "tree 0 has characters other than ASCII")]
    [InlineData("num_cat=0\n", "num_cat=0\n\n", "line 15: tree 0 ends after")]
    public void Refuses_a_damaged_tree_and_says_where(string from, string to, string expected) => Refuses(Golden, (from, to), expected);

    [Theory]
    [InlineData("num_cat=", "num_cat=1", "'num_cat'")]
    [InlineData("num_leaves=", "num_leaves=1", "tree 0")]
    [InlineData("cat_boundaries=0 ", "cat_boundaries=1 ", "'cat_boundaries': its numbers do not rise from 0")]
    [InlineData("cat_boundaries=0 1 2", "cat_boundaries=0 2 2", "'cat_boundaries': its numbers do not rise from 0")]
    [InlineData("cat_threshold=", "cat_threshold=1 ", "'cat_threshold': it has")]
    [InlineData("cat_threshold=", "cat_threshold=-", "'cat_threshold': number 0 is '-")]
    [InlineData("decision_type=", "decision_type=12 ", "'decision_type'")]
    public void Refuses_damaged_categories(string from, string to, string expected) => Refuses(Categorical, (from, to), expected);

    [Theory]
    [InlineData("leaf_const=", "leaf_const=1e-310 ", "'leaf_const': number 0 is '1e-310', expected a finite number that is not too small")]
    [InlineData("num_features=", "num_features=99 ", "'num_features'")]
    [InlineData("leaf_features=", "leaf_features=99 ", "'leaf_features'")]
    [InlineData("leaf_coeff=", "leaf_coeff=1 ", "'leaf_coeff'")]
    public void Refuses_damaged_linear_leaves(string from, string to, string expected) => Refuses(GoldenCase.Read("linear-reg").Text, (from, to), expected);

    [Theory]
    [InlineData("1 0", "-1 -2", "-2 -3")]
    [InlineData("0 1", "0 -1", "-2 -3")]
    [InlineData("0 0", "-1 -1", "-2 -3")]
    [InlineData("0 0", "1 0", "-2 -3")]
    [InlineData("0 0", "2 -1", "-2 -3")]
    [InlineData("0 0", "-4 -1", "1 -3")]
    public void Refuses_what_is_no_tree(string features, string left, string right)
    {
        var text = DamagedText.Mini(features, left, right);
        var error = Assert.Throws<InvalidDataException>(() => ModelTextReader.Read(text));
        Assert.Contains("tree 0, ", error.Message, StringComparison.Ordinal);
        Assert.Contains("_child'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("end of trees\n", "end of trees\nTree=9\n", "'Tree=9' is unexpected behind 'end of trees'")]
    [InlineData("feature_importances:\n", "feature_importances:\nf99=1\n", "'f99=1'")]
    [InlineData("feature_importances:\n", "feature_importances:\nColumn_0=-1\n", "'Column_0=-1'")]
    [InlineData("feature_importances:\n", "feature_importances:\nfeature_importances:\n", "'feature_importances:'")]
    [InlineData("parameters:\n", "parameters:\nobjective=\n", "'objective='")]
    [InlineData("[linear_tree: 0]", "[linear_tree: x]", "linear_tree: x")]
    [InlineData("end of parameters\n", "", "end of parameters")]
    [InlineData("end of parameters\n", "end of parameters\nworkflw:{}\n", "workflw:")]
    public void Refuses_a_damaged_end(string from, string to, string expected) => Refuses(Golden, (from, to), expected);

    // LightGBM takes what follows the trees for a part of the header where there are none.
    [Theory]
    [InlineData("end of trees\nobjective= \n")]
    [InlineData("end of trees\n\nfeature_importances:\nobjective=1\n\nparameters:\nend of parameters\n")]
    [InlineData("end of trees\n\nparameters:\nobjective=\nend of parameters\n")]
    [InlineData("end of trees\n\nparameters:\nend of parameters\nobjective= \n")]
    public void Refuses_header_lines_behind_the_trees_of_a_model_without_trees(string end)
    {
        Assert.Empty(ModelTextReader.Read(DamagedText.WithoutTrees).Trees);
        var error = Assert.Throws<InvalidDataException>(() => ModelTextReader.Read(DamagedText.WithoutTrees.Replace("end of trees\n", end, StringComparison.Ordinal)));
        Assert.Contains("objective=", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_every_cut()
    {
        foreach (var (text, step) in new[] { (Golden, 7), (Categorical, 1) })
        {
            var end = text.IndexOf("end of trees\n", StringComparison.Ordinal) + "end of trees\n".Length;
            for (var length = 0; length < end; length += step)
            {
                Assert.Throws<InvalidDataException>(() => ModelTextReader.Read(text[..length]));
            }
        }
    }

    private static string Golden => GoldenCase.Read("obj-binary").Text;

    // Puts the sizes of the trees right, so that a test reaches the damage it made.
    private static void Refuses(string sound, (string From, string To) change, string expected)
    {
        ModelTextReader.Read(sound);
        var at = sound.IndexOf(change.From, StringComparison.Ordinal);
        Assert.True(at >= 0, change.From);
        var damaged = change.From == "\n" ? sound.Replace("\n", change.To, StringComparison.Ordinal) : sound[..at] + change.To + sound[(at + change.From.Length)..];
        var text = change.From.StartsWith("tree_sizes", StringComparison.Ordinal) || change.From.StartsWith("end of trees", StringComparison.Ordinal) ? damaged : DamagedText.WithSizes(damaged);
        var error = Assert.Throws<InvalidDataException>(() => ModelTextReader.Read(text));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }
}
