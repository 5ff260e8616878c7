using CsCheck;
using Workflow.Features.Joins;

namespace Workflow.Features.Tests.Joins;

public sealed class StableTimeSortTests
{
    [Fact]
    public void Agrees_with_a_stable_sort_on_any_range() =>
        Gen.OneOf(Gen.Long[0, 5].Array[0, 300], Gen.Long.Array[0, 300], Gen.Long[-3_000_000, 3_000_000].Array[0, 3000]).Sample(times =>
        {
            var expected = Enumerable.Range(0, times.Length).OrderBy(i => times[i]).ToArray();
            var (sorted, items) = ((long[])times.Clone(), Enumerable.Range(0, times.Length).ToArray());
            StableTimeSort.Sort(sorted, items, new long[times.Length], new int[times.Length]);
            Assert.Equal(expected, items);
            Assert.Equal(expected.Select(i => times[i]), sorted);
        }, iter: 300);
}
