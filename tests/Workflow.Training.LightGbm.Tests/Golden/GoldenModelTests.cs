using Apache.Arrow;
using Workflow.Training.LightGbm.Native;

namespace Workflow.Training.LightGbm.Tests.Golden;

public sealed class GoldenModelTests
{
    public static TheoryData<string> Cases => [.. GoldenCase.Ids];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Scores_as_the_golden_model_did(string id)
    {
        var golden = GoldenCase.Read(id);
        using var model = LightGbmModel.From(golden.Text, footer: null);
        var columns = Enumerable.Range(0, golden.Rows[0].Length).Select(c => (IArrowArray)Column([.. golden.Rows.Select(r => r[c])])).ToArray();

        AssertBits(golden.Leaves, model.Predict(columns, golden.Rows.Length, LightGbmApi.PredictLeaf, TestContext.Current.CancellationToken));
        AssertBits(golden.Raw, model.Predict(columns, golden.Rows.Length, LightGbmApi.PredictRaw, TestContext.Current.CancellationToken));
        var normal = model.Predict(columns, golden.Rows.Length, LightGbmApi.PredictNormal, TestContext.Current.CancellationToken);
        Assert.All(golden.Normal.SelectMany(r => r).Zip(normal), pair => Assert.True(pair.First.Equals(pair.Second) || Math.Abs(pair.First - pair.Second) <= 1e-15 * Math.Abs(pair.First), $"{pair.First:R} {pair.Second:R}"));
    }

    private static void AssertBits(double[][] expected, double[] actual) =>
        Assert.Equal(expected.SelectMany(r => r).Select(BitConverter.DoubleToInt64Bits), actual.Select(BitConverter.DoubleToInt64Bits));

    private static DoubleArray Column(double[] values) => new DoubleArray.Builder().AppendRange(values).Build();
}
