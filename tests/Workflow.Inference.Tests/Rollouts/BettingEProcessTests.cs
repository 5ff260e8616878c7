using System.Text.Json;
using Workflow.Inference.Rollouts;
using Workflow.Numerics.Random;
using Workflow.Repository;

namespace Workflow.Inference.Tests.Rollouts;

public sealed class BettingEProcessTests
{
    [Fact]
    public void Stakes_as_confseq_does()
    {
        var compared = 0;
        foreach (var (golden, x) in Golden("lambda_aKelly"))
        {
            var m = golden.GetProperty("params").GetProperty("m").GetDouble();
            var process = new BettingEProcess(m);
            var expected = golden.GetProperty("out").EnumerateArray().Select(e => e.GetDouble()).ToArray();
            for (var i = 0; i < x.Length; i++, compared++)
            {
                // confseq cuts at the stakes that can lose everything, we later and closer.
                var stake = Math.Clamp(process.UncutStake, -1 / (1 - m), 1 / m);
                Assert.Equal(expected[i], stake, 1e-11 * Math.Max(1, Math.Abs(expected[i])));
                process.Add(x[i]);
            }
        }

        Assert.True(compared > 300, $"only {compared} stakes were compared");
    }

    [Fact]
    public void Grows_as_the_martingale_of_confseq_wherever_that_bets_upwards()
    {
        // Its two halves are equal under this rule, and it also bets downwards, where ours, which is one-sided, holds.
        var compared = 0;
        foreach (var (golden, x) in Golden("betting_mart").Where(g => g.Case.GetProperty("params").TryGetProperty("lambda", out _)))
        {
            var process = new BettingEProcess(golden.GetProperty("params").GetProperty("m").GetDouble());
            var expected = golden.GetProperty("out").EnumerateArray().Select(e => e.GetDouble()).ToArray();
            for (var i = 0; i < x.Length; i++)
            {
                var isUpwards = process.UncutStake >= 0;
                var before = process.Wealth;
                process.Add(x[i]);
                var growth = isUpwards ? expected[i] / (i == 0 ? 1 : expected[i - 1]) : 1;
                Assert.Equal(growth, process.Wealth / before, 1e-10 * growth);
                compared += isUpwards ? 1 : 0;
            }
        }

        Assert.True(compared > 400, $"only {compared} values of confseq were compared");
    }

    [Fact]
    public void Reaches_the_bound_no_more_often_than_it_says_whatever_the_distribution()
    {
        // A look after every value; the mean is exactly m (the hardest null), the distribution changes on the way.
        const int Runs = 2000;
        var crossed = 0;
        for (var run = 0; run < Runs; run++)
        {
            var random = new Philox(7, "ville", (ulong)run);
            var process = new BettingEProcess(0.3);
            for (var i = 0; i < 500 && process.Wealth < 20; i++)
            {
                process.Add(i / 100 % 2 == 0 ? (random.NextDouble() < 0.3 ? 1 : 0) : 0.6 * random.NextDouble());
            }

            crossed += process.Wealth >= 20 ? 1 : 0;
        }

        Assert.InRange(crossed / (double)Runs, 0.001, 0.05);
    }

    private static IEnumerable<(JsonElement Case, double[] X)> Golden(string function)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(SharedFolder.Require("golden/gates/sequential.json")));
        var cases = document.RootElement.GetProperty("cases").Clone().EnumerateArray().ToArray();
        var byId = cases.ToDictionary(c => c.GetProperty("id").GetString()!);
        foreach (var golden in cases.Where(c => c.GetProperty("fn").GetString() == function && c.TryGetProperty("sequence", out _)))
        {
            var x = byId[golden.GetProperty("sequence").GetString()!].GetProperty("x").EnumerateArray().Select(e => e.GetDouble()).ToArray();
            yield return (golden, x);
        }
    }
}
