using Apache.Arrow;
using Apache.Arrow.Types;
using CsCheck;
using Workflow.Data.Tables;
using Workflow.Testing.Tables;

namespace Workflow.Data.Tests.Tables;

/// <summary>Lists of numbers in Arrow files.</summary>
public sealed class ArrowIpcListTests
{
    private static readonly Schema Lists = new([new("numbers", new ListType(new Field("item", DoubleType.Default, false)), true), new("codes", new ListType(new Field("item", Int64Type.Default, true)), true)], null);

    [Fact]
    public Task Lists_survive_empty_ones_and_nulls_too() => Gen.Select(Gen.Double.Array[0, 4].Null().Array[0, 20], Gen.Long.Nullable().Array[0, 3].Null().Array[20]).SampleAsync(
        async (numbers, codes) =>
        {
            using var folder = new TemporaryFolder();
            using var table = new BatchTable(Lists, [Batch(numbers, codes), Batch(numbers, codes)]);
            await ArrowIpcTable.WriteAsync(folder.File("t"), table);
            var allocator = new CountingAllocator();
            var read = await ArrowIpcTable.OpenAsync(folder.File("t"), allocator);
            Assert.Equal(await ValuesAsync(table), await ValuesAsync(read));
            allocator.RequireEmpty();
        },
        iter: 50);

    [Fact]
    public async Task Damaged_lists_give_a_documented_error_or_values_of_their_own()
    {
        using var folder = new TemporaryFolder();
        using (var table = new BatchTable(Lists, [Batch([[1, 2], null, [], [3]], [[1, null], [2], null, [3]])]))
        {
            await ArrowIpcTable.WriteAsync(folder.File("t"), table, TestContext.Current.CancellationToken);
        }

        var bytes = await File.ReadAllBytesAsync(folder.File("t"), TestContext.Current.CancellationToken);
        var refused = 0;
        foreach (var value in new byte[] { 0xff, 0x7f, 0 })
        {
            for (var at = 0; at < bytes.Length; at++)
            {
                var damaged = (byte[])bytes.Clone();
                damaged[at] = value;
                await File.WriteAllBytesAsync(folder.File("d"), damaged, TestContext.Current.CancellationToken);
                try
                {
                    await ValuesAsync(await ArrowIpcTable.OpenAsync(folder.File("d"), cancellationToken: TestContext.Current.CancellationToken));
                }
                catch (Exception e) when (e is CorruptTableException or SchemaMismatchException or NotSupportedException)
                {
                    refused++;
                }
            }
        }

        Assert.True(refused > 100, $"only {refused} damages were refused");
    }

    private static RecordBatch Batch(double[]?[] numbers, long?[]?[] codes)
    {
        var first = new ListArray.Builder(new Field("item", DoubleType.Default, false));
        var second = new ListArray.Builder(new Field("item", Int64Type.Default, true));
        for (var i = 0; i < numbers.Length; i++)
        {
            Add(first, numbers[i], static (builder, items) => ((DoubleArray.Builder)builder).AppendRange(items));
            Add(second, codes[i], static (builder, items) => System.Array.ForEach(items, i => _ = i is { } code ? ((Int64Array.Builder)builder).Append(code) : ((Int64Array.Builder)builder).AppendNull()));
        }

        return new RecordBatch(Lists, [first.Build(), second.Build()], numbers.Length);
    }

    private static void Add<T>(ListArray.Builder list, T[]? items, Action<IArrowArrayBuilder, T[]> append)
    {
        if (items is null)
        {
            list.AppendNull();
            return;
        }

        list.Append();
        append(list.ValueBuilder, items);
    }

    private static async Task<List<string>> ValuesAsync(TableSource table)
    {
        var values = new List<string>();
        await foreach (var batch in table.ReadAsync())
        {
            using (batch)
            {
                for (var row = 0; row < batch.Length; row++)
                {
                    foreach (var column in Enumerable.Range(0, batch.ColumnCount).Select(batch.Column))
                    {
                        // Of a damaged file a column may have become another.
                        values.Add(column is not ListArray list || list.IsNull(row) ? "null" : Items(list.GetSlicedValues(row)));
                    }
                }
            }
        }

        return values;
    }

    private static string Items(IArrowArray items) => string.Join('|', Enumerable.Range(0, items.Length).Select(i => items.IsNull(i) ? "null" : items switch
    {
        DoubleArray numbers => BitConverter.DoubleToInt64Bits(numbers.Values[i]).ToString("x", null),
        Int64Array codes => codes.Values[i].ToString("d", null),
        _ => "other",
    }));
}
