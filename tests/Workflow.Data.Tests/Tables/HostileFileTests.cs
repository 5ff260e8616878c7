using Apache.Arrow.Types;
using Workflow.Data.Tables;
using Workflow.Numerics.Random;
using Workflow.Testing.Tables;

namespace Workflow.Data.Tests.Tables;

/// <summary>Damaged files give one of the documented errors or other values: never another exception, a leak, or much memory.</summary>
public sealed class HostileFileTests
{
    [Theory]
    [InlineData("parquet", 0)]
    [InlineData("parquet", 3)]
    [InlineData("parquet-plain", 0)]
    [InlineData("peer", 0)]
    [InlineData("arrow", 0)]
    public async Task Damaged_bytes_give_a_documented_error(string kind, int level)
    {
        using var folder = new TemporaryFolder();
        using var table = RandomTables.Create(17, 300, 2);
        var path = folder.File("t");
        switch (kind)
        {
            case "arrow":
                await ArrowIpcTable.WriteAsync(path, table);
                break;
            case "peer":
                await WriteWithArrowAsync(path, table);
                break;
            default:
                await ParquetTable.WriteAsync(path, table, new ParquetWriteOptions { CompressionLevel = level, RowGroupRows = 100, TryEveryEncoding = kind == "parquet" });
                break;
        }

        var good = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        var random = new Philox(99, kind);
        var refused = 0;
        for (var round = 0; round < 600; round++)
        {
            await File.WriteAllBytesAsync(path, Damage(good, ref random, round), TestContext.Current.CancellationToken);
            refused += await IsRefusedAsync(path, isArrow: kind == "arrow") ? 1 : 0;
        }

        // Arrow files have no checksums: most damage there makes other values.
        Assert.InRange(refused, kind == "arrow" ? 100 : 200, 600);
    }

    [Fact]
    public async Task Every_truncation_of_a_Parquet_file_is_refused()
    {
        using var folder = new TemporaryFolder();
        using var table = RandomTables.Create(18, 40, 1, [Int64Type.Default, StringType.Default]);
        var path = folder.File("t.parquet");
        await ParquetTable.WriteAsync(path, table);
        var good = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        for (var length = 0; length < good.Length; length++)
        {
            await File.WriteAllBytesAsync(path, good[..length], TestContext.Current.CancellationToken);
            var error = await Assert.ThrowsAsync<CorruptTableException>(() => ParquetTable.OpenAsync(path));
            Assert.Contains(path, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_missing_file_is_named()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("no.parquet");
        Assert.Contains(path, (await Assert.ThrowsAsync<FileNotFoundException>(() => ParquetTable.OpenAsync(path))).Message, StringComparison.Ordinal);
        Assert.Equal(path, (await Assert.ThrowsAsync<FileNotFoundException>(() => ArrowIpcTable.OpenAsync(path))).FileName);
        Assert.Equal(path, (await Assert.ThrowsAsync<FileNotFoundException>(() => CsvTable.OpenAsync(path, RandomTables.SchemaOf([])))).FileName);
        Assert.Contains("folder", (await Assert.ThrowsAsync<FileNotFoundException>(() => ParquetTable.OpenAsync(folder.Path))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_format_is_named_by_what_it_starts_with()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("t.parquet"), "a,b\n1,2\n3,4\n5,6\n", TestContext.Current.CancellationToken);
        var error = await Assert.ThrowsAsync<CorruptTableException>(() => ParquetTable.OpenAsync(folder.File("t.parquet")));
        Assert.Equal("footer", error.Location);
        Assert.Contains("PAR1", error.Expected, StringComparison.Ordinal);
        Assert.Contains("0x612C620A", error.Actual, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_footer_longer_than_the_file_is_refused_before_memory_is_taken()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllBytesAsync(folder.File("t.parquet"), [.. "PAR1"u8, 0xFF, 0xFF, 0xFF, 0x7F, .. "PAR1"u8], TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<CorruptTableException>(() => ParquetTable.OpenAsync(folder.File("t.parquet")));
    }

    [Fact]
    public async Task A_file_that_was_replaced_since_it_was_opened_is_not_read_with_the_old_footer()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("t.parquet");
        using var first = RandomTables.Create(1, 100, 1, [Int64Type.Default]);
        using var second = RandomTables.Create(2, 200, 1, [Int64Type.Default]);
        await ParquetTable.WriteAsync(path, first);
        var opened = await ParquetTable.OpenAsync(path);
        await ParquetTable.WriteAsync(path, second);

        var error = await Assert.ThrowsAsync<CorruptTableException>(() => TableValues.ReadAsync(opened));
        Assert.Contains("replaced", error.Message, StringComparison.Ordinal);
    }

    private static async Task<bool> IsRefusedAsync(string path, bool isArrow)
    {
        var allocator = new CountingAllocator();
        var before = GC.GetTotalAllocatedBytes();
        try
        {
            TableSource table = isArrow ? await ArrowIpcTable.OpenAsync(path, allocator) : await ParquetTable.OpenAsync(path, new ParquetReadOptions { Allocator = allocator, BatchRows = 128 });
            var rows = 0L;
            await foreach (var batch in table.ReadAsync())
            {
                using (batch)
                {
                    rows += batch.Length;
                    if (rows > 100_000)
                    {
                        return true; // A run length may say that a few bytes are a billion equal rows; that is a stream, no flood.
                    }
                }
            }

            return false;
        }
        catch (Exception e) when (e is CorruptTableException or SchemaMismatchException or NotSupportedException)
        {
            Assert.DoesNotContain("MalformedException", e.ToString(), StringComparison.Ordinal);
            return true;
        }
        finally
        {
            allocator.RequireEmpty();
            Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 1L << 29);
        }
    }

    private static byte[] Damage(byte[] good, ref Philox random, int round)
    {
        if (round % 10 == 0)
        {
            return good[..random.NextInt32(good.Length)];
        }

        var bad = good.ToArray();
        for (var flips = 1 + random.NextInt32(3); flips > 0; flips--)
        {
            // Half of the damage goes to the end, where footers live.
            var position = random.NextInt32(2) == 0 ? random.NextInt32(bad.Length) : bad.Length - 1 - random.NextInt32(Math.Min(bad.Length, 4000));
            bad[position] = (byte)random.NextInt32(256);
        }

        return bad;
    }

    private static async Task WriteWithArrowAsync(string path, TableSource table)
    {
        using var writer = new ParquetSharp.Arrow.FileWriter(path, table.Schema);
        await foreach (var batch in table.ReadAsync())
        {
            using (batch)
            {
                writer.WriteRecordBatch(batch);
            }
        }

        writer.Close();
    }
}
