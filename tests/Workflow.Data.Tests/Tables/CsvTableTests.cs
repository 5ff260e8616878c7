using Apache.Arrow;
using Apache.Arrow.Types;
using CsCheck;
using Workflow.Data.Tables;
using Workflow.Testing.Tables;

namespace Workflow.Data.Tests.Tables;

public sealed class CsvTableTests
{
    private static readonly Schema Everything = new(
        [
            new Field("flag", BooleanType.Default, true), new Field("small", Int8Type.Default, true), new Field("big", Int64Type.Default, true), new Field("ratio", DoubleType.Default, true),
            new Field("money", new Decimal128Type(10, 2), true), new Field("day", Date32Type.Default, true), new Field("at", new TimestampType(TimeUnit.Microsecond, "UTC"), true), new Field("text", StringType.Default, true),
        ],
        metadata: null);

    [Fact]
    public async Task Reads_every_type_by_name_and_skips_columns_nobody_asked_for()
    {
        using var folder = new TemporaryFolder();
        var rows = await ReadAsync(folder, "text,at,day,money,other,ratio,big,small,flag\r\n\"a, \"\"b\"\"\nc\",2001-01-31T23:59:58.1234567+01:00,2001-01-31,-12.5,?,1e-3,-9223372036854775808,-128,TRUE\r\n,,,,,,,,\r\n\"\",1969-12-31 23:59,1969-12-31,0.01,,NaN,1,+1,0", Everything);
        TableValues.AssertEqual(
            [
                ["true", "-128", "-9223372036854775808", Bits(0.001), Decimal(-1250), "11353", "980981998123456", "'a, \"b\"\nc'"],
                [null, null, null, null, null, null, null, null],
                ["false", "1", "1", Bits(double.NaN), Decimal(1), "-1", "-60000000", "''"],
            ],
            rows);
    }

    [Fact]
    public Task Any_text_survives_quoting() =>
        Gen.Select(Gen.Select(Gen.Int[0, 4], Gen.String[Gen.Char["ab,\"\n\r é漢"], 0, 30], (n, s) => n == 0 ? null : s).Array[0, 40], Gen.Bool, Gen.Bool, Gen.Int[1, 7]).SampleAsync(async (values, isWindows, hasMark, batchRows) =>
        {
            using var folder = new TemporaryFolder();
            var end = isWindows ? "\r\n" : "\n";
            var lines = string.Concat(values.Select((v, i) => $"{i},{(v is null ? "" : $"\"{v.Replace("\"", "\"\"", StringComparison.Ordinal)}\"")}{end}"));
            await File.WriteAllTextAsync(folder.File("t.csv"), $"{(hasMark ? "\uFEFF" : "")}n,s{end}{lines}", new System.Text.UTF8Encoding(false));
            var schema = new Schema([new Field("n", Int32Type.Default, false), new Field("s", StringType.Default, true)], null);
            var allocator = new CountingAllocator();
            var table = await CsvTable.OpenAsync(folder.File("t.csv"), schema, new CsvReadOptions { BatchRows = batchRows, Allocator = allocator });
            TableValues.AssertEqual([.. values.Select((v, i) => new[] { $"{i}", v is null ? null : $"'{v}'" })], await TableValues.ReadAsync(table));
            TableValues.AssertEqual([.. values.Select(v => new[] { v is null ? null : $"'{v}'" })], await TableValues.ReadAsync(table, ["s"]));
            allocator.RequireEmpty();
        },
        iter: 100);

    // Any byte may be anything: the answer is rows, BadRowsException, SchemaMismatchException or CorruptTableException, and no memory is left.
    [Fact]
    public async Task Damaged_bytes_give_rows_or_a_documented_error()
    {
        using var folder = new TemporaryFolder();
        var good = System.Text.Encoding.UTF8.GetBytes("flag,small,big,ratio,money,day,at,text\r\n" + string.Concat(Enumerable.Range(0, 40).Select(i =>
            $"{(i % 2 == 0 ? "true" : "0")},{i - 20},{i * 1_000_003L},{i / 8d},{i}.25,2001-01-{(i % 28) + 1:00},2001-02-03T04:05:{i:00}Z,\"é \"\"{i}\"\"\n\"\r\n")));
        var random = new Workflow.Numerics.Random.Philox(7, "csv damage");
        var (read, refused) = (0, 0);
        for (var round = 0; round < 1_500; round++)
        {
            var bytes = good.ToArray();
            for (var flips = random.NextInt32(3) + 1; flips > 0; flips--)
            {
                bytes[random.NextInt32(bytes.Length)] = round % 3 == 0 ? (byte)"\",\n\r\0\u001a"u8[random.NextInt32(6)] : (byte)random.NextInt32(256);
            }

            await File.WriteAllBytesAsync(folder.File("t.csv"), round % 5 == 0 ? bytes[..random.NextInt32(bytes.Length)] : bytes, TestContext.Current.CancellationToken);
            var allocator = new CountingAllocator();
            try
            {
                var table = await CsvTable.OpenAsync(folder.File("t.csv"), Everything, new CsvReadOptions { BatchRows = 16, Allocator = allocator }, TestContext.Current.CancellationToken);
                Assert.InRange((await TableValues.ReadAsync(table)).Count, 0, 41);
                read++;
            }
            catch (Exception exception) when (exception is BadRowsException or SchemaMismatchException or CorruptTableException)
            {
                Assert.Contains("t.csv", exception.Message, StringComparison.Ordinal);
                refused++;
            }

            allocator.RequireEmpty();
        }

        Assert.True(read > 20 && refused > 300, $"{read} read, {refused} refused");
    }

    [Fact]
    public async Task Bad_rows_are_listed_with_line_column_value_and_type_and_all_are_counted()
    {
        using var folder = new TemporaryFolder();
        var allocator = new CountingAllocator();
        var error = await Assert.ThrowsAsync<BadRowsException>(() => ReadAsync(folder, "big,text\n1,ok\nx,ok\n2\n3,a,b\n99999999999999999999,ok\n4,\"a\"b\n5,\"line\nbreak\"\n,\n6,\"open", new Schema([new Field("big", Int64Type.Default, false), new Field("text", StringType.Default, true)], null), allocator));
        Assert.Equal(7, error.TotalCount);
        Assert.Equal(
            [
                new BadRow(3, "big", "x", "int64, not null"),
                new BadRow(4, null, null, "2 fields, got 1"),
                new BadRow(5, null, null, "2 fields, got 3"),
                new BadRow(6, "big", "99999999999999999999", "int64, not null"),
                new BadRow(7, null, null, "a separator or the end of the line after a closing quote"),
                new BadRow(10, "big", "", "int64, not null"),
                new BadRow(11, null, null, "a closing quote before the end of the file"),
            ],
            error.Rows);
        allocator.RequireEmpty();
    }

    [Fact]
    public async Task A_thousand_bad_rows_are_counted_and_twenty_listed()
    {
        using var folder = new TemporaryFolder();
        var error = await Assert.ThrowsAsync<BadRowsException>(() => ReadAsync(folder, "big\n" + string.Concat(Enumerable.Repeat("x\n1\n", 1000)), new Schema([new Field("big", Int64Type.Default, false)], null), null, batchRows: 3));
        Assert.Equal(1000, error.TotalCount);
        Assert.Equal(20, error.Rows.Length);
        Assert.Contains("and 980 more", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"")]
    [InlineData("x")]
    [InlineData(",")]
    public async Task A_row_without_end_is_refused_before_it_fills_the_memory(string unit)
    {
        using var folder = new TemporaryFolder();
        var error = await Assert.ThrowsAsync<BadRowsException>(() => ReadAsync(folder, $"big\n1\n\"{string.Concat(Enumerable.Repeat(unit, 3_000_000))}", new Schema([new Field("big", Int64Type.Default, false)], null)));
        Assert.Equal(3, error.Rows[^1].Line);
    }

    [Fact]
    public async Task The_header_must_have_every_column_once()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("t.csv"), "flag,big,big\n", TestContext.Current.CancellationToken);
        var error = await Assert.ThrowsAsync<SchemaMismatchException>(() => CsvTable.OpenAsync(folder.File("t.csv"), Everything));
        Assert.Equal(["small", "big", "ratio", "money", "day", "at", "text"], error.Differences.Select(d => d.Column));
        await File.WriteAllTextAsync(folder.File("t.csv"), "", TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<CorruptTableException>(() => CsvTable.OpenAsync(folder.File("t.csv"), Everything));
    }

    [Fact]
    public async Task Without_a_header_columns_are_taken_by_position()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("t.csv"), "1;a\n2;b\n", TestContext.Current.CancellationToken);
        var schema = new Schema([new Field("n", Int32Type.Default, false), new Field("s", StringType.Default, false)], null);
        var table = await CsvTable.OpenAsync(folder.File("t.csv"), schema, new CsvReadOptions { HasHeader = false, Separator = ';' }, TestContext.Current.CancellationToken);
        TableValues.AssertEqual([["1", "'a'"], ["2", "'b'"]], await TableValues.ReadAsync(table));
    }

    [Theory]
    [InlineData("2001-02-29")]
    [InlineData("2001-01-01T24:00")]
    [InlineData("2001-01-01T00:00:60")]
    [InlineData("2001-01-01T00:00:00.")]
    [InlineData("2001-01-01T00:00+24:00")]
    [InlineData("2001-01-01T")]
    [InlineData("01/02/2001")]
    [InlineData("2001-01-01T00:00:00 Z")]
    public async Task Times_that_are_not_ISO_8601_are_bad_rows(string text)
    {
        using var folder = new TemporaryFolder();
        await Assert.ThrowsAsync<BadRowsException>(() => ReadAsync(folder, $"at\n{text}\n", new Schema([new Field("at", new TimestampType(TimeUnit.Microsecond, "UTC"), true)], null)));
    }

    [Theory]
    [InlineData("1.005")]
    [InlineData("123456789")]
    [InlineData("1e3")]
    [InlineData(".")]
    [InlineData("1.2.3")]
    [InlineData("-")]
    public async Task Decimals_that_do_not_fit_exactly_are_bad_rows(string text)
    {
        using var folder = new TemporaryFolder();
        await Assert.ThrowsAsync<BadRowsException>(() => ReadAsync(folder, $"d\n{text}\n", new Schema([new Field("d", new Decimal128Type(10, 2), true)], null)));
    }

    private static async Task<List<string?[]>> ReadAsync(TemporaryFolder folder, string content, Schema schema, CountingAllocator? allocator = null, int batchRows = 2)
    {
        await File.WriteAllTextAsync(folder.File("t.csv"), content, TestContext.Current.CancellationToken);
        return await TableValues.ReadAsync(await CsvTable.OpenAsync(folder.File("t.csv"), schema, new CsvReadOptions { BatchRows = batchRows, Allocator = allocator }, TestContext.Current.CancellationToken));
    }

    private static string Bits(double value) => BitConverter.DoubleToUInt64Bits(value).ToString("x16", null);

    private static string Decimal(Int128 unscaled)
    {
        var bytes = new byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteInt128LittleEndian(bytes, unscaled);
        return Convert.ToHexString(bytes);
    }
}
