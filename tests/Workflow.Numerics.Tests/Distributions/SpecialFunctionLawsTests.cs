using CsCheck;
using Workflow.Numerics.Distributions;

namespace Workflow.Numerics.Tests.Distributions;

public sealed class SpecialFunctionLawsTests
{
    private static readonly Gen<double> AnyShape = Gen.Double[-12, 6].Select(e => Math.Pow(10, e));
    private static readonly Gen<double> AnySize = Gen.OneOf(Gen.Double[-300, 300], Gen.Double[-3, 3]).Select(e => Math.Pow(10, e));

    [Fact]
    public void Shares_are_shares_and_sum_to_one_for_any_shape_and_size() =>
        Gen.Select(AnyShape, AnySize).Sample((shape, x) =>
        {
            var (lower, upper) = (GammaFunction.RegularizedLower(shape, x), GammaFunction.RegularizedUpper(shape, x));
            Assert.InRange(lower, 0, 1);
            Assert.InRange(upper, 0, 1);
            Assert.Equal(1, lower + upper, 1e-12);
        });

    [Fact]
    public void Beta_shares_are_symmetric_and_sum_to_one() =>
        Gen.Select(AnyShape, AnyShape, Gen.Double[0, 1]).Sample((a, b, x) =>
        {
            var lower = BetaFunction.RegularizedLower(a, b, x);
            Assert.InRange(lower, 0, 1);
            Assert.Equal(1, lower + BetaFunction.RegularizedUpper(a, b, x), 1e-9);
        });

    // Γ(x + 1) = x·Γ(x)
    [Fact]
    public void The_gamma_function_keeps_its_recurrence() =>
        Gen.Double[1e-6, 500].Sample(x =>
        {
            var difference = GammaFunction.Log(x + 1) - GammaFunction.Log(x);
            Assert.Equal(Math.Log(x), difference, 1e-14 * (10 + Math.Abs(GammaFunction.Log(x))));
        });

    // One degree of freedom is the Cauchy distribution.
    [Fact]
    public void One_degree_of_freedom_is_the_Cauchy_distribution() =>
        Gen.Double[0, 1e6].Sample(t => Assert.Equal(1, StudentDistribution.Survival(t, 1) / (Math.Atan2(1, t) / Math.PI), 1e-13));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-1, 1)]
    [InlineData(1e11, 1)]
    [InlineData(double.PositiveInfinity, 1)]
    [InlineData(1, -1)]
    public void Arguments_out_of_range_are_refused(double shape, double x)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => GammaFunction.RegularizedLower(shape, x));
        Assert.Throws<ArgumentOutOfRangeException>(() => GammaFunction.RegularizedUpper(shape, x));
        Assert.Throws<ArgumentOutOfRangeException>(() => BetaFunction.RegularizedLower(shape, 1, x));
    }
}
