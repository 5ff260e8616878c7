using CsCheck;
using Workflow.Data.Metadata;

namespace Workflow.Data.Tests.Metadata;

public sealed class MetadataTimeTests
{
    [Fact]
    public void Any_moment_is_cut_to_the_microsecond_at_or_before_it() =>
        Gen.Long[DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks].Sample(ticks =>
        {
            var time = new DateTimeOffset(ticks, TimeSpan.Zero);
            var cut = MetadataTime.Truncate(time);
            Assert.Equal(ticks - (ticks % 10), cut.UtcTicks);
            Assert.Equal(cut, MetadataTime.FromMicroseconds(MetadataTime.ToMicroseconds(cut)));
        });

    [Fact]
    public void The_epoch_is_1970_in_utc()
    {
        Assert.Equal(0, MetadataTime.ToMicroseconds(DateTimeOffset.UnixEpoch));
        Assert.Equal(-1, MetadataTime.ToMicroseconds(DateTimeOffset.UnixEpoch.AddTicks(-1)));
        Assert.Equal(3_600_000_000, MetadataTime.ToMicroseconds(new DateTimeOffset(1970, 1, 1, 2, 0, 0, TimeSpan.FromHours(1))));
    }

    [Theory]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    [InlineData(253_402_300_800_000_000)]
    public void What_is_no_moment_is_refused(long microseconds) => Assert.Throws<ArgumentOutOfRangeException>(() => MetadataTime.FromMicroseconds(microseconds));
}
