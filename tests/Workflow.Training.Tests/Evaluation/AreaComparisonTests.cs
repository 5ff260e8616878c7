using System.Globalization;
using System.Text.Json;
using Workflow.Training.Evaluation;

namespace Workflow.Training.Tests.Evaluation;

public sealed class AreaComparisonTests
{
    [Fact]
    public void Agrees_with_DeLong_in_fifty_digits()
    {
        var compared = 0;
        foreach (var golden in GoldenNumbers.Cases("golden/gates/auc.json"))
        {
            var labels = GoldenNumbers.Labels(golden.GetProperty("y"));
            var first = BinaryScores.Of(labels, Unit(golden.GetProperty("a")));
            var second = BinaryScores.Of(labels, Unit(golden.GetProperty("b")));
            if (!golden.TryGetProperty("mpmath", out var exact) || exact.ValueKind is not JsonValueKind.Object)
            {
                Assert.Throws<ArgumentException>(() => AreaComparison.Of(first, second)); // One row of a class.
                continue;
            }

            var actual = AreaComparison.Of(first, second);
            Close("auc_a", actual.First);
            Close("auc_b", actual.Second);
            Close("var_a", actual.FirstVariance);
            Close("var_b", actual.SecondVariance);
            Close("cov_ab", actual.Covariance);
            Close("z", actual.Z, 1e-10);
            Close("p", actual.PValue, 1e-10);
            Close("ci95_low", actual.Difference - actual.HalfWidth(0.95));
            Close("ci95_high", actual.Difference + actual.HalfWidth(0.95));
            compared++;

            void Close(string name, double value, double tolerance = 1e-12)
            {
                if (exact.TryGetProperty(name, out var text))
                {
                    GoldenNumbers.AssertClose(double.Parse(text.GetString()!, CultureInfo.InvariantCulture), value, tolerance, name);
                }
            }
        }

        Assert.True(compared >= 7, $"{compared}");
    }

    [Fact]
    public void Equal_scores_are_no_evidence()
    {
        var rows = BinaryScores.Of([true, false, true, false, true], [0.9, 0.3, 0.8, 0.8, 0.1]);
        Assert.Equal((0, 1), (AreaComparison.Of(rows, rows).Z, AreaComparison.Of(rows, rows).PValue));
    }

    [Fact]
    public void Refuses_other_rows()
    {
        var error = Assert.Throws<ArgumentException>(() => AreaComparison.Of(
            BinaryScores.Of([true, false, true], [0.9, 0.3, 0.8]), BinaryScores.Of([true, true, true], [0.9, 0.3, 0.8])));
        Assert.Contains("other labels from row 1", error.Message, StringComparison.Ordinal);
    }

    // Halving is exact, so ranks and ties stay.
    private static double[] Unit(JsonElement scores) => [.. GoldenNumbers.Numbers(scores).Select(s => s / 4)];
}
