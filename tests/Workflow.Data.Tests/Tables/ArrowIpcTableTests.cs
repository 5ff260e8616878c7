using Apache.Arrow.Ipc;
using CsCheck;
using Workflow.Data.Tables;
using Workflow.Testing.Tables;

namespace Workflow.Data.Tests.Tables;

public sealed class ArrowIpcTableTests
{
    [Fact]
    public Task Files_and_streams_survive() =>
        Gen.Select(Gen.Long, Gen.Int[0, 700], Gen.Int[1, 4], Gen.Bool).SampleAsync(
            async (seed, rows, batches, isStream) =>
            {
                using var folder = new TemporaryFolder();
                using var table = RandomTables.Create(seed, rows, batches);
                if (isStream)
                {
                    await WriteStreamAsync(folder.File("t"), table);
                }
                else
                {
                    await ArrowIpcTable.WriteAsync(folder.File("t"), table);
                }

                var allocator = new CountingAllocator();
                var read = await ArrowIpcTable.OpenAsync(folder.File("t"), allocator);
                Assert.Empty(TableSchema.Compare(table.Schema, read.Schema));
                TableValues.AssertEqual(await TableValues.ReadAsync(table), await TableValues.ReadAsync(read));
                TableValues.AssertEqual(await TableValues.ReadAsync(table, ["r3", "n11"]), await TableValues.ReadAsync(read, ["r3", "n11"]));
                allocator.RequireEmpty();
            },
            iter: 30);

    [Fact]
    public async Task A_shared_slice_outlives_its_batch()
    {
        using var folder = new TemporaryFolder();
        using var table = RandomTables.Create(1, 100, 1);
        await ArrowIpcTable.WriteAsync(folder.File("t"), table, TestContext.Current.CancellationToken);
        var slices = new List<Apache.Arrow.RecordBatch>();
        await foreach (var batch in (await ArrowIpcTable.OpenAsync(folder.File("t"), cancellationToken: TestContext.Current.CancellationToken)).ReadAsync(cancellationToken: TestContext.Current.CancellationToken))
        {
            using (batch)
            {
                slices.Add(batch.SliceShared(0, batch.Length));
            }
        }

        // Arrow's native memory: what has been freed cannot be read any more.
        using var kept = new BatchTable(table.Schema, slices);
        TableValues.AssertEqual(await TableValues.ReadAsync(table), await TableValues.ReadAsync(kept));
    }

    [Fact]
    public async Task Every_truncation_of_a_file_is_refused()
    {
        using var folder = new TemporaryFolder();
        using var table = RandomTables.Create(1, 20, 2, RandomTables.AllTypes.Take(3));
        await ArrowIpcTable.WriteAsync(folder.File("t"), table);
        var good = await File.ReadAllBytesAsync(folder.File("t"), TestContext.Current.CancellationToken);
        for (var length = 0; length < good.Length; length++)
        {
            await File.WriteAllBytesAsync(folder.File("t"), good[..length], TestContext.Current.CancellationToken);
            await Assert.ThrowsAsync<CorruptTableException>(async () => await TableValues.ReadAsync(await ArrowIpcTable.OpenAsync(folder.File("t"), cancellationToken: TestContext.Current.CancellationToken)));
        }
    }

    private static async Task WriteStreamAsync(string path, TableSource table)
    {
        var stream = File.Create(path);
        await using (stream)
        {
            using var writer = new ArrowStreamWriter(stream, table.Schema);
            await writer.WriteStartAsync();
            await foreach (var batch in table.ReadAsync())
            {
                using (batch)
                {
                    await writer.WriteRecordBatchAsync(batch);
                }
            }

            await writer.WriteEndAsync();
        }
    }
}
