using CsCheck;
using Workflow.Monitoring.Performance;

namespace Workflow.Monitoring.Tests.Performance;

public sealed class RocAreaTests
{
    private static readonly Gen<(double Score, bool IsPositive, double Weight)[]> AnyRows =
        Gen.Select(Gen.Int[0, 8].Select(i => i / 8.0), Gen.Bool, Gen.Double[0.5, 3]).Array[0, 60];

    [Fact]
    public void Agrees_with_the_definition_over_all_pairs() =>
        AnyRows.Sample(rows =>
        {
            var area = RocArea.Of([.. rows.Select(r => r.Score)], [.. rows.Select(r => r.IsPositive)], [.. rows.Select(r => r.Weight)]);
            var (won, all) = (0.0, 0.0);
            foreach (var p in rows.Where(r => r.IsPositive))
            {
                foreach (var n in rows.Where(r => !r.IsPositive))
                {
                    won += p.Weight * n.Weight * (p.Score > n.Score ? 1 : p.Score == n.Score ? 0.5 : 0);
                    all += p.Weight * n.Weight;
                }
            }

            Assert.Equal(won / all, area.Value, 1e-12);
        });

    // DeLong's variance by its definition: sample variances of the placements, each over its class.
    [Fact]
    public void The_variance_agrees_with_the_definition_for_equal_weights() =>
        AnyRows.Where(r => r.Count(x => x.IsPositive) > 1 && r.Count(x => !x.IsPositive) > 1).Sample(rows =>
        {
            double[] positives = [.. rows.Where(r => r.IsPositive).Select(r => r.Score)];
            double[] negatives = [.. rows.Where(r => !r.IsPositive).Select(r => r.Score)];
            static double Win(double p, double n) => p > n ? 1 : p == n ? 0.5 : 0;
            double[] v10 = [.. positives.Select(p => negatives.Average(n => Win(p, n)))];
            double[] v01 = [.. negatives.Select(n => positives.Average(p => Win(p, n)))];
            var expected = (Variance(v10) / v10.Length) + (Variance(v01) / v01.Length);
            var area = RocArea.Of([.. rows.Select(r => r.Score)], [.. rows.Select(r => r.IsPositive)], [.. rows.Select(_ => 2.0)]);
            Assert.Equal(expected, area.Variance, 1e-12);
        });

    [Fact]
    public void The_interval_holds_the_value_and_stays_within_zero_and_one() =>
        AnyRows.Sample(rows =>
        {
            if (RocArea.Of([.. rows.Select(r => r.Score)], [.. rows.Select(r => r.IsPositive)], [.. rows.Select(r => r.Weight)]).Interval(1.96) is { } auc)
            {
                Assert.InRange(auc.Value, auc.Lower - 1e-12, auc.Upper + 1e-12);
                Assert.InRange(auc.Lower, 0, 1);
                Assert.InRange(auc.Upper, 0, 1);
            }
        });

    [Fact]
    public void Perfect_separation_of_few_rows_is_no_certainty()
    {
        var auc = RocArea.Of([0.1, 0.2, 0.8, 0.9], [false, false, true, true], [1, 1, 1, 1]).Interval(1.96)!.Value;
        Assert.Equal(1, auc.Value);
        Assert.True(auc.Lower < 0.5);
    }

    [Fact]
    public void One_class_has_no_area() => Assert.Null(RocArea.Of([0.5, 0.6], [true, true], [1, 1]).Interval(1.96));

    [Fact]
    public void Losses_agree_with_their_definitions()
    {
        Assert.Equal((-Math.Log(0.8) - (3 * Math.Log(0.6))) / 4, ProbabilityScores.LogLoss([0.8, 0.4], [true, false], [1, 3])!.Value, 1e-15);
        Assert.Equal(((0.2 * 0.2) + (3 * 0.4 * 0.4)) / 4, ProbabilityScores.Brier([0.8, 0.4], [true, false], [1, 3])!.Value, 1e-15);
        Assert.Null(ProbabilityScores.LogLoss([1.5], [true], [1]));
        Assert.Null(ProbabilityScores.Brier([], [], []));
        Assert.True(double.IsFinite(ProbabilityScores.LogLoss([0, 1], [true, false], [1, 1])!.Value));
    }

    private static double Variance(double[] values) => values.Sum(v => (v - values.Average()) * (v - values.Average())) / (values.Length - 1);
}
