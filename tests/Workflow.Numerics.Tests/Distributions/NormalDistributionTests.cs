using CsCheck;
using Workflow.Numerics.Distributions;

namespace Workflow.Numerics.Tests.Distributions;

public sealed class NormalDistributionTests
{
    [Fact]
    public void Quantiles_are_the_inverse_of_the_tail() =>
        Gen.Double[-300, -0.302].Sample(exponent =>
        {
            var p = Math.Pow(10, exponent);
            var z = NormalDistribution.InverseSurvival(p);

            // The tail falls by z·dz: one last bit of z is z² last bits of p.
            Assert.Equal(1, NormalDistribution.Survival(z) / p, 1e-15 * (10 + (z * z)));
            Assert.Equal(-z, NormalDistribution.Quantile(p));
        });

    [Fact]
    public void The_logarithm_is_that_of_the_tail() =>
        Gen.Double[-37, 37].Sample(z =>
        {
            var expected = z < 5 ? Math.Log(NormalDistribution.Cumulative(z)) : -NormalDistribution.Survival(z);
            Assert.Equal(1, NormalDistribution.LogCumulative(z) / expected, z < 5 ? 1e-9 : 1e-6);
        });

    [Fact]
    public void It_is_symmetric_and_monotone() =>
        Gen.Select(Gen.Double[-38, 38], Gen.Double[0, 1]).Sample((z, step) =>
        {
            Assert.Equal(1, NormalDistribution.Survival(z) + NormalDistribution.Cumulative(z), 1e-15);
            Assert.True(NormalDistribution.Survival(z) >= NormalDistribution.Survival(z + step) * (1 - 1e-14));
        });

    [Fact]
    public void The_ends_are_exact()
    {
        Assert.Equal(0, NormalDistribution.Survival(double.PositiveInfinity));
        Assert.Equal(1, NormalDistribution.Survival(double.NegativeInfinity));
        Assert.Equal(0.5, NormalDistribution.Survival(0));
        Assert.Equal(double.NegativeInfinity, NormalDistribution.Quantile(0));
        Assert.Equal(double.PositiveInfinity, NormalDistribution.Quantile(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => NormalDistribution.Quantile(double.NaN));
    }
}
