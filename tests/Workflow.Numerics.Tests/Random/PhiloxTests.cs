using CsCheck;
using Workflow.Numerics.Random;

namespace Workflow.Numerics.Tests.Random;

public sealed class PhiloxTests
{
    // The published known-answer vectors of Random123 for philox4x32 with ten rounds.
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0u, 0u, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(~0u, ~0u, ~0u, ~0u, ~0u, ~0u, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xa4093822u, 0x299f31d0u, 0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Agrees_with_the_published_vectors(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1, uint r0, uint r1, uint r2, uint r3) =>
        Assert.Equal(new PhiloxBlock(r0, r1, r2, r3), Philox.Block(new PhiloxBlock(c0, c1, c2, c3), k0, k1));

    [Fact]
    public void Streams_depend_on_seed_purpose_and_index_only() =>
        Gen.Select(Gen.Long, Gen.String, Gen.ULong).Sample((seed, purpose, index) =>
        {
            var a = new Philox(seed, purpose, index);
            var b = new Philox(seed, purpose, index);
            var other = new Philox(seed, purpose, index + 1);
            var same = 0;
            for (var i = 0; i < 32; i++)
            {
                var draw = a.NextUInt32();
                Assert.Equal(draw, b.NextUInt32());
                same += draw == other.NextUInt32() ? 1 : 0;
            }

            Assert.True(same < 3);
        });

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    [InlineData(int.MaxValue)]
    public void Integers_stay_below_the_bound_and_fill_it_evenly(int bound)
    {
        var random = new Philox(7, "test");
        var sum = 0.0;
        for (var i = 0; i < 100_000; i++)
        {
            var draw = random.NextInt32(bound);
            Assert.InRange(draw, 0, bound - 1);
            sum += draw;
        }

        // Standard deviation of the mean is about 0.09 % of the bound.
        Assert.InRange(sum / 100_000 / bound, ((bound - 1) / (2.0 * bound)) - 0.006, ((bound - 1) / (2.0 * bound)) + 0.006);
    }

    [Fact]
    public void Doubles_are_uniform_on_the_unit_interval()
    {
        var random = new Philox(7, "uniform");
        var bins = new int[100];
        for (var i = 0; i < 100_000; i++)
        {
            bins[(int)(random.NextDouble() * 100)]++;
        }

        // Pearson's statistic has 99 degrees of freedom; 173 is its 1e-5 tail.
        Assert.InRange(bins.Sum(n => (n - 1000.0) * (n - 1000.0) / 1000.0), 40, 173);
    }
}
