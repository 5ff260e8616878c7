using Apache.Arrow;
using CsCheck;
using Workflow.Data.Tables;
using Workflow.Numerics.Random;
using Workflow.Testing.Tables;

namespace Workflow.Data.Tests.Tables;

public sealed class BatchCoalescingTests
{
    [Fact]
    public Task Rows_stay_sizes_are_right_and_nothing_leaks() =>
        Gen.Select(Gen.Int[0, 90].Array[0, 12], Gen.Int[1, 60], Gen.Int[0, 20]).SampleAsync(
            async (sizes, rows, taken) =>
            {
                var allocator = new CountingAllocator();
                var expected = new List<string?[]>();
                var actual = new List<string?[]>();
                var lengths = new List<int>();
                await foreach (var batch in BatchCoalescing.CoalesceAsync(BatchesAsync(sizes, allocator, expected), rows, allocator))
                {
                    using (batch)
                    {
                        TableValues.Append(actual, batch);
                        lengths.Add(batch.Length);
                    }

                    // A reader may stop at any time.
                    if (taken > 15 && lengths.Count == taken - 15)
                    {
                        break;
                    }
                }

                TableValues.AssertEqual(expected.Take(actual.Count).ToList(), actual);
                if (taken <= 15)
                {
                    Assert.Equal(sizes.Sum(), actual.Count);
                    Assert.All(lengths.SkipLast(1), l => Assert.InRange(l, (rows / 2) + 1, rows));
                }

                Assert.All(lengths, l => Assert.InRange(l, 1, rows));
                allocator.RequireEmpty();
            },
            iter: 100);

    [Fact]
    public async Task A_batch_of_the_right_size_is_passed_on_as_it_is()
    {
        var allocator = new CountingAllocator();
        var expected = new List<string?[]>();
        RecordBatch? given = null;
        await foreach (var batch in BatchCoalescing.CoalesceAsync(Keep(), 60, allocator, TestContext.Current.CancellationToken))
        {
            Assert.Same(given, batch);
            batch.Dispose();
        }

        allocator.RequireEmpty();

        async IAsyncEnumerable<RecordBatch> Keep()
        {
            await foreach (var batch in BatchesAsync([60, 31, 45], allocator, expected))
            {
                given = batch;
                yield return batch;
            }
        }
    }

#pragma warning disable CS1998 // The seam is asynchronous; memory is not.
    private static async IAsyncEnumerable<RecordBatch> BatchesAsync(int[] sizes, CountingAllocator allocator, List<string?[]> rows)
#pragma warning restore CS1998
    {
        var schema = RandomTables.SchemaOf(RandomTables.AllTypes);
        for (var i = 0; i < sizes.Length; i++)
        {
            using var managed = new RecordBatch(schema, schema.FieldsList.Select((f, c) => RandomTables.Column(f, sizes[i], new Philox(i, f.Name, (ulong)c))), sizes[i]);
            TableValues.Append(rows, managed);
            yield return managed.Clone(allocator);
        }
    }
}
