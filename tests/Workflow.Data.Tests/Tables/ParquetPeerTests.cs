using Apache.Arrow;
using Apache.Arrow.Types;
using CsCheck;
using ParquetSharp;
using ParquetSharp.Arrow;
using Workflow.Data.Tables;
using TimeUnit = Apache.Arrow.Types.TimeUnit;

namespace Workflow.Data.Tests.Tables;

/// <summary>Arrow C++ (through ParquetSharp) writes what we read, and reads what we write.</summary>
public sealed class ParquetPeerTests
{
    // float16 and INT96 have tests of their own; Arrow C++ has no encoding that these types cannot take.
    private static readonly IArrowType[] Integers = [Int32Type.Default, Int64Type.Default, UInt64Type.Default, new TimestampType(TimeUnit.Microsecond, "UTC"), Date32Type.Default, Int8Type.Default];

    [Theory]
    [InlineData(Compression.Uncompressed)]
    [InlineData(Compression.Snappy)]
    [InlineData(Compression.Gzip)]
    [InlineData(Compression.Brotli)]
    [InlineData(Compression.Zstd)]
    [InlineData(Compression.Lz4)]
    public Task Reads_what_Arrow_writes_with_every_codec_and_page_version(Compression codec) =>
        Gen.Select(Gen.Long, Gen.Int[1, 2500], Gen.Bool, Gen.Bool, Gen.Bool, Gen.Int[500, 20000]).SampleAsync(
            async (seed, rows, isVersion2, hasDictionary, storesIntegers, pageBytes) =>
            {
                var properties = new WriterPropertiesBuilder().Compression(codec).DataPagesize(pageBytes).MaxRowGroupLength(1100)
                    .DataPageVersion(isVersion2 ? ParquetDataPageVersion.V2 : ParquetDataPageVersion.V1).EnablePageChecksum();
                _ = hasDictionary ? properties : properties.DisableDictionary();
                _ = storesIntegers ? properties.EnableStoreDecimalAsInteger() : properties;
                await CheckReadAsync(seed, rows, properties, RandomTables.AllTypes);
            },
            iter: 8);

    [Theory]
    [InlineData(Encoding.DeltaBinaryPacked, "integers")]
    [InlineData(Encoding.ByteStreamSplit, "numbers")]
    [InlineData(Encoding.DeltaLengthByteArray, "bytes")]
    [InlineData(Encoding.DeltaByteArray, "text")]
    [InlineData(Encoding.Rle, "booleans")]
    public Task Reads_what_Arrow_writes_with_every_encoding(Encoding encoding, string kind) =>
        Gen.Select(Gen.Long, Gen.Int[1, 2500], Gen.Bool, Gen.Int[500, 20000]).SampleAsync(
            async (seed, rows, isVersion2, pageBytes) =>
            {
                IArrowType[] types = kind switch
                {
                    "integers" => Integers,
                    "numbers" => [FloatType.Default, DoubleType.Default, Int32Type.Default, Int64Type.Default, Int16Type.Default, new FixedSizeBinaryType(5), new Decimal128Type(20, 3)],
                    "bytes" => [StringType.Default, BinaryType.Default],
                    "text" => [StringType.Default, BinaryType.Default, new FixedSizeBinaryType(7), new Decimal128Type(30, 3)],
                    _ => [BooleanType.Default],
                };
                var properties = new WriterPropertiesBuilder().DisableDictionary().Encoding(encoding).DataPagesize(pageBytes)
                    .DataPageVersion(isVersion2 ? ParquetDataPageVersion.V2 : ParquetDataPageVersion.V1);
                await CheckReadAsync(seed, rows, properties, types);
            },
            iter: 25);

    [Fact]
    public Task Arrow_reads_what_we_write() =>
        Gen.Select(Gen.Long, Gen.Int[1, 3000], Gen.Int[1, 4000], Gen.Bool, Gen.Int[0, 5]).SampleAsync(
            async (seed, rows, groupRows, every, level) =>
            {
                using var folder = new TemporaryFolder();
                using var table = RandomTables.Create(seed, rows, 1);
                await ParquetTable.WriteAsync(folder.File("t.parquet"), table, new ParquetWriteOptions { RowGroupRows = groupRows, TryEveryEncoding = every, CompressionLevel = level });

                using var reader = new FileReader(folder.File("t.parquet"));
                Assert.Empty(TableSchema.Compare(table.Schema, reader.Schema));
                using var batches = reader.GetRecordBatchReader();
                var actual = new List<string?[]>();
                while (await batches.ReadNextRecordBatchAsync() is { } batch)
                {
                    using (batch)
                    {
                        TableValues.Append(actual, batch);
                    }
                }

                TableValues.AssertEqual(await TableValues.ReadAsync(table), actual);
            },
            iter: 30);

    [Theory]
    [InlineData(TimeUnit.Millisecond, "-1000", "1234000")]
    [InlineData(TimeUnit.Microsecond, "-1", "1234")]
    [InlineData(TimeUnit.Nanosecond, "-1", "1")]
    public async Task Reads_timestamps_of_every_unit_with_and_without_zone_as_UTC_microseconds(TimeUnit unit, string first, string second)
    {
        using var folder = new TemporaryFolder();
        foreach (var zone in new[] { "UTC", null })
        {
            var type = new TimestampType(unit, zone);
            var schema = new Schema([new Field("t", type, true)], null);
            using var column = ArrowArrayFactory.BuildArray(new ArrayData(type, 2, 0, 0, new[] { ArrowBuffer.Empty, new ArrowBuffer.Builder<long>().Append(-1).Append(1234).Build() }));
            using (var writer = new FileWriter(folder.File("t.parquet"), schema))
            {
                writer.WriteRecordBatch(new RecordBatch(schema, [column], 2));
                writer.Close();
            }

            var read = await ParquetTable.OpenAsync(folder.File("t.parquet"));
            Assert.Equal("timestamp[us, UTC]", TableSchema.Describe(read.Schema.FieldsList[0].DataType));
            Assert.Equal([[first], [second]], await TableValues.ReadAsync(read));
        }
    }

    [Fact]
    public async Task Nested_columns_are_refused_and_all_named()
    {
        using var folder = new TemporaryFolder();
        var schema = new Schema([new Field("tags", new ListType(new Field("item", Int32Type.Default, true)), true), new Field("ok", Int32Type.Default, true), new Field("pair", new StructType([new Field("a", Int32Type.Default, true)]), true)], null);
        using (var writer = new FileWriter(folder.File("t.parquet"), schema))
        {
            var child = new Int32Array.Builder().Append(1).Build();
            var list = new ListArray((ListType)schema.FieldsList[0].DataType, 1, new ArrowBuffer.Builder<int>().Append(0).Append(1).Build(), child, ArrowBuffer.Empty);
            var pair = new StructArray(schema.FieldsList[2].DataType, 1, [new Int32Array.Builder().Append(1).Build()], ArrowBuffer.Empty);
            writer.WriteRecordBatch(new RecordBatch(schema, [list, new Int32Array.Builder().Append(1).Build(), pair], 1));
            writer.Close();
        }

        var error = await Assert.ThrowsAsync<SchemaMismatchException>(() => ParquetTable.OpenAsync(folder.File("t.parquet")));
        Assert.Equal(["tags", "pair"], error.Differences.Select(d => d.Column));
    }

    private static async Task CheckReadAsync(long seed, int rows, WriterPropertiesBuilder builder, IReadOnlyList<IArrowType> types)
    {
        using var folder = new TemporaryFolder();
        using var table = RandomTables.Create(seed, rows, 1, types);
        using (var properties = builder.Build())
        using (var writer = new FileWriter(folder.File("t.parquet"), table.Schema, properties))
        {
            await foreach (var batch in table.ReadAsync())
            {
                using (batch)
                {
                    writer.WriteRecordBatch(batch);
                }
            }

            writer.Close();
        }

        var read = await ParquetTable.OpenAsync(folder.File("t.parquet"), new ParquetReadOptions { BatchRows = 333 });
        Assert.Empty(TableSchema.Compare(table.Schema, read.Schema));
        TableValues.AssertEqual(await TableValues.ReadAsync(table), await TableValues.ReadAsync(read));
    }
}
