using Workflow.Training.LightGbm.Tests.Export;
using Workflow.Training.LightGbm.Text;
using GoldenCase = Workflow.Training.LightGbm.Tests.Golden.GoldenCase;

namespace Workflow.Training.LightGbm.Tests.Text;

public sealed class ModelTextTests
{
    [Fact]
    public void Reads_every_golden_model_whole()
    {
        foreach (var id in GoldenCase.Ids)
        {
            var golden = GoldenCase.Read(id);
            var model = ModelTextReader.Read(golden.Text);
            Assert.Equal(golden.Rows[0].Length, model.FeatureNames.Length);
            Assert.Equal(golden.Normal[0].Length, model.ScoresPerRow);
            Assert.Equal(golden.Leaves[0].Length, model.Trees.Length);
            Assert.Equal(id.Contains("-rf", StringComparison.Ordinal), model.IsAveraged);
            for (var row = 0; row < golden.Rows.Length; row++)
            {
                Assert.All(golden.Leaves[row].Zip(model.Trees), pair => Assert.InRange(pair.First, 0, pair.Second.Leaves - 1));
            }
        }
    }

    [Fact]
    public void Reads_every_value_of_a_tree()
    {
        var model = ModelTextReader.Read(DamagedText.Mini("1 0", "1 -1", "-2 -3"));
        var tree = Assert.Single(model.Trees);
        Assert.Equal(3, tree.Leaves);
        Assert.Equal([1, 0], tree.SplitFeature);
        Assert.Equal([0.5, double.NegativeInfinity], tree.Threshold);
        Assert.Equal([2, 10], tree.DecisionType);
        Assert.Equal([1, -1], tree.LeftChild);
        Assert.Equal([-2, -3], tree.RightChild);
        Assert.Equal([1, 2, -3e-5], tree.LeafValue);
        Assert.Equal((MissingValues.None, MissingValues.NaN), (tree.Missing(0), tree.Missing(1)));
        Assert.False(tree.IsLinear || tree.IsCategorical(0) || model.IsAveraged);
        Assert.Equal(["a", "b"], model.FeatureNames);
    }

    [Fact]
    public void Reads_the_categories_that_go_left()
    {
        var text = DamagedText.Mini("1 0", "1 -1", "-2 -3")
            .Replace("num_cat=0", "num_cat=2\ncat_boundaries=0 1 3\ncat_threshold=5 4294967295 1", StringComparison.Ordinal)
            .Replace("threshold=0.5 -inf", "threshold=1 0", StringComparison.Ordinal)
            .Replace("decision_type=2 10", "decision_type=1 1", StringComparison.Ordinal);
        var tree = ModelTextReader.Read(DamagedText.WithSizes(text)).Trees[0];
        Assert.Equal([.. Enumerable.Range(0, 33)], tree.LeftCategories(0));
        Assert.Equal([0, 2], tree.LeftCategories(1));
    }

    // Texts of older LightGBM say nothing about linear trees.
    [Fact]
    public void Takes_a_tree_that_does_not_say_whether_it_is_linear() =>
        Assert.False(ModelTextReader.Read(DamagedText.WithSizes(DamagedText.Mini("1 0", "1 -1", "-2 -3").Replace("is_linear=0\n", "", StringComparison.Ordinal))).Trees[0].IsLinear);

    [Theory]
    [InlineData(null, "custom", nameof(ScoreLink.Identity), 1)]
    [InlineData("regression", "regression", nameof(ScoreLink.Identity), 1)]
    [InlineData("regression_l1 sqrt", "regression_l1", nameof(ScoreLink.SignedSquare), 1)]
    [InlineData("binary sigmoid:0.5", "binary", nameof(ScoreLink.Sigmoid), 0.5)]
    [InlineData("tweedie", "tweedie", nameof(ScoreLink.Exponential), 1)]
    [InlineData("cross_entropy_lambda", "cross_entropy_lambda", nameof(ScoreLink.Softplus), 1)]
    public void Reads_the_objective(string? line, string name, string link, double sigmoid)
    {
        var text = DamagedText.WithoutTrees.Replace("objective=regression\n", line is null ? "" : $"objective={line}\n", StringComparison.Ordinal);
        var objective = ModelTextReader.Read(text).Objective;
        Assert.Equal((name, link, sigmoid), (objective.Name, objective.Link.ToString(), objective.Sigmoid));
    }

    [Fact]
    public void Reads_random_models_with_as_many_classes_and_trees_as_they_have()
    {
        for (var i = 0UL; i < 200; i++)
        {
            var random = new RandomModel(13, i);
            var model = ModelTextReader.Read(random.ToText());
            Assert.Equal((random.Features, random.Classes, random.IsAveraged), (model.FeatureNames.Length, model.ScoresPerRow, model.IsAveraged));
            Assert.Equal(random.Objective.Split(' ')[0], model.Objective.Name);
        }
    }
}
