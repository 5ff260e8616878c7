using CsCheck;
using Workflow.Numerics.Distributions;

namespace Workflow.Numerics.Tests.Distributions;

public sealed class ChiSquaredDistributionTests
{
    private static readonly Gen<double> AnyDegrees = Gen.OneOf(Gen.Int[1, 40].Select(d => (double)d), Gen.Double[0.05, 5], Gen.Double[40, 5000]);

    [Fact]
    public void The_two_tails_add_up_to_one() =>
        Gen.Select(AnyDegrees, Gen.Double[0, 4]).Sample((degrees, scale) =>
            Assert.Equal(1, ChiSquaredDistribution.Cumulative(degrees * scale, degrees) + ChiSquaredDistribution.Survival(degrees * scale, degrees), 1e-13));

    [Fact]
    public void Quantiles_are_the_inverse_of_both_tails() =>
        Gen.Select(AnyDegrees, Gen.Double[-40, -0.001]).Sample((degrees, exponent) =>
        {
            var p = Math.Pow(10, exponent);
            var far = ChiSquaredDistribution.InverseSurvival(p, degrees);
            Assert.Equal(1, ChiSquaredDistribution.Survival(far, degrees) / p, 1e-10);

            var near = ChiSquaredDistribution.Quantile(p, degrees);
            if (near > 1e-290)
            {
                Assert.Equal(1, ChiSquaredDistribution.Cumulative(near, degrees) / p, 1e-10);
            }
        });

    // For two degrees of freedom the distribution is exponential.
    [Fact]
    public void Two_degrees_of_freedom_are_the_exponential_distribution() =>
        Gen.Double[0, 1000].Sample(x => Assert.Equal(1, ChiSquaredDistribution.Survival(x, 2) / Math.Exp(-x / 2), 1e-13));

    // Tables of the chi-square distribution, every textbook.
    [Theory]
    [InlineData(0.05, 1, 3.841458820694124)]
    [InlineData(0.01, 9, 21.665994333461924)]
    [InlineData(0.05, 9, 16.918977604620448)]
    [InlineData(0.001, 100, 149.44925277903886)]
    public void Critical_values_are_those_of_the_tables(double level, double degrees, double expected) =>
        Assert.Equal(1, ChiSquaredDistribution.InverseSurvival(level, degrees) / expected, 1e-13);

    [Fact]
    public void Ends_are_exact()
    {
        Assert.Equal(0, ChiSquaredDistribution.Quantile(0, 3));
        Assert.Equal(double.PositiveInfinity, ChiSquaredDistribution.Quantile(1, 3));
        Assert.Equal(double.PositiveInfinity, ChiSquaredDistribution.InverseSurvival(0, 3));
        Assert.Equal(0, ChiSquaredDistribution.InverseSurvival(1, 3));
        Assert.Equal(1, ChiSquaredDistribution.Survival(0, 3));
        Assert.Equal(0, ChiSquaredDistribution.Survival(double.PositiveInfinity, 3));
        Assert.True(double.IsNaN(ChiSquaredDistribution.Survival(double.NaN, 3)));
    }

    [Theory]
    [InlineData(-0.1, 3)]
    [InlineData(1.1, 3)]
    [InlineData(double.NaN, 3)]
    [InlineData(0.5, 0)]
    [InlineData(0.5, double.NaN)]
    public void Arguments_out_of_range_are_refused(double probability, double degrees) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ChiSquaredDistribution.Quantile(probability, degrees));
}
