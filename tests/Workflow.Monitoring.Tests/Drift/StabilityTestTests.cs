using System.Text.Json;
using CsCheck;
using Workflow.Monitoring.Drift;
using Workflow.Numerics.Distributions;
using Workflow.Numerics.Random;
using Workflow.Repository;

namespace Workflow.Monitoring.Tests.Drift;

public sealed class StabilityTestTests
{
    [Fact]
    public void The_index_is_that_of_the_golden_shares()
    {
        Assert.Equal(0.270805020110221, PopulationStability.IndexOf([0.1, 0.4, 0.5], [0.3, 0.3, 0.4]), 1e-15);
        using var golden = JsonDocument.Parse(File.ReadAllText(SharedFolder.Require("golden/scipy/discrete.json")));
        var cases = golden.RootElement.GetProperty("cases").EnumerateArray().Where(c => c.GetProperty("fn").GetString() == "psi").ToList();
        Assert.Equal(11, cases.Count);
        foreach (var item in cases)
        {
            var (p, q) = (Numbers(item.GetProperty("p")), Numbers(item.GetProperty("q")));
            var text = item.TryGetProperty("mpmath", out var exact) && exact.ValueKind is JsonValueKind.Object ? exact.GetProperty("value") : item.GetProperty("out").GetProperty("value");
            var expected = text.ValueKind is JsonValueKind.Number ? text.GetDouble() : double.Parse(text.GetString()!, System.Globalization.CultureInfo.InvariantCulture);
            var actual = PopulationStability.IndexOf(p, q);
            Assert.True(expected.Equals(actual) || Math.Abs(actual - expected) <= 1e-12 * Math.Abs(expected) || Math.Abs(actual - expected) < 1e-17, $"{item.GetProperty("id")}: expected {expected:R}, got {actual:R}");
        }
    }

    // The rejection rates of 20,000 simulations by another program, with this smoothing and these bins.
    [Fact]
    public void The_law_holds_where_the_test_relies_on_it()
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(SharedFolder.Require("golden/scipy/law.json")));
        var relied = golden.RootElement.GetProperty("cases").EnumerateArray().Where(c => c.GetProperty("minExpected").GetDouble() >= StabilityTest.MinimumExpected).ToList();
        Assert.True(relied.Count > 20);
        Assert.All(relied, c => Assert.InRange(c.GetProperty("rejectPsi").GetProperty("0.05").GetDouble(), 0.04, 0.06));
    }

    // 4,000 windows: one standard error is 7 % of the level. Permutations are dearer: 2,000 windows, 10 %.
    [Theory]
    [InlineData(200, 5000, 10, DriftTestMethod.ChiSquared)]
    [InlineData(1000, 5000, 10, DriftTestMethod.ChiSquared)]
    [InlineData(20_000, 5000, 10, DriftTestMethod.ChiSquared)]
    [InlineData(40, 5000, 10, DriftTestMethod.Permutation)]
    [InlineData(200, 5000, 40, DriftTestMethod.Permutation)]
    public void Without_drift_it_alarms_as_often_as_the_level_says(int n, int m, int bins, DriftTestMethod method)
    {
        var simulations = method is DriftTestMethod.Permutation ? 2000 : 4000;
        var level = 0.05;
        var alarms = 0;
        for (var i = 0; i < simulations; i++)
        {
            var random = new Philox(1, "simulation", (ulong)i);
            var result = StabilityTest.Run(Deal(m, bins, 0, ref random), Deal(n, bins, 0, ref random), level, 199, new Philox(2, "permutation", (ulong)i));
            Assert.Equal(method, result.Method);
            alarms += result.PValue <= level ? 1 : 0;
        }

        Assert.InRange((double)alarms / simulations, 0.8 * level, 1.2 * level);
    }

    [Theory]
    [InlineData(300, 0.9)]
    [InlineData(1000, 0.99)]
    public void A_shift_that_moves_mass_is_found(int n, double power)
    {
        var found = 0;
        for (var i = 0; i < 400; i++)
        {
            var random = new Philox(3, "power", (ulong)i);
            found += StabilityTest.Run(Deal(5000, 10, 0, ref random), Deal(n, 10, 0.15, ref random), 0.01, 499, new Philox(4, "permutation")).PValue <= 0.01 ? 1 : 0;
        }

        Assert.True(found >= power * 400, $"found {found} of 400");
    }

    [Fact]
    public void A_value_never_seen_in_the_reference_is_found_even_in_few_rows()
    {
        var result = StabilityTest.Run([5000, 0], [970, 30], 0.01, 9999, new Philox(1, "p"));
        Assert.Equal(DriftTestMethod.Permutation, result.Method);
        Assert.Equal(1e-4, result.PValue, 1e-12);
    }

    [Fact]
    public void A_constant_feature_cannot_have_moved()
    {
        var result = StabilityTest.Run([0, 5000, 0], [0, 100, 0], 0.01, 999, new Philox(1, "p"));
        Assert.Equal((0.0, 1.0), (result.Psi, result.PValue));
    }

    [Fact]
    public void Where_counts_are_large_both_methods_agree()
    {
        long[] reference = [500, 520, 480, 510, 490];
        long[] current = [50, 62, 38, 55, 45];
        var asymptotic = StabilityTest.Run(reference, current, 0.05, 99_999, new Philox(1, "p"));

        // A bin that two rows share forces the permutation, and hardly changes the statistic.
        var permuted = StabilityTest.Run([.. reference, 2], [.. current, 0], 0.05, 99_999, new Philox(1, "p"));
        Assert.Equal(DriftTestMethod.Permutation, permuted.Method);
        Assert.Equal(asymptotic.PValue, permuted.PValue, 0.15);
    }

    [Fact]
    public void Hypergeometric_draws_have_their_mean_and_variance() =>
        Gen.Select(Gen.Long[1, 2000], Gen.Double[0, 1], Gen.Double[0, 1]).Sample((total, markedShare, drawnShare) =>
        {
            var (marked, drawn) = ((long)(total * markedShare), (long)(total * drawnShare));
            var random = new Philox(total, "hypergeometric");
            var (sum, draws) = (0.0, 2000);
            for (var i = 0; i < draws; i++)
            {
                var draw = Hypergeometric.Next(total, marked, drawn, ref random);
                Assert.InRange(draw, Math.Max(0, drawn - (total - marked)), Math.Min(marked, drawn));
                sum += draw;
            }

            var mean = (double)drawn * marked / total;
            var variance = total == 1 ? 0 : mean * (total - marked) / total * (total - drawn) / (total - 1);
            Assert.InRange(sum / draws, mean - (5.5 * Math.Sqrt(variance / draws)) - 1e-9, mean + (5.5 * Math.Sqrt(variance / draws)) + 1e-9);
        }, iter: 200);

    [Fact]
    public void The_critical_index_is_that_of_the_law() =>
        Assert.Equal(ChiSquaredDistribution.InverseSurvival(0.01, 1) * (0.01 + 0.001), StabilityTest.Run([500, 500], [50, 50], 0.01, 99, new Philox(1, "p")).CriticalPsi, 1e-12);

    private static long[] Deal(int rows, int bins, double shift, ref Philox random)
    {
        var counts = new long[bins];
        for (var i = 0; i < rows; i++)
        {
            counts[Math.Min(bins - 1, (int)((random.NextDouble() + (shift * random.NextDouble())) * bins))]++;
        }

        return counts;
    }

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(n => n.GetDouble())];
}
