using Apache.Arrow.Types;
using global::Parquet;
using global::Parquet.Schema;
using Workflow.Data.Tables;

namespace Workflow.Data.Tests.Tables;

/// <summary>Parquet.Net, a second independent implementation, writes what we read.</summary>
public sealed class ParquetNetTests
{
    [Theory]
    [InlineData(CompressionMethod.None)]
    [InlineData(CompressionMethod.Snappy)]
    [InlineData(CompressionMethod.Gzip)]
    [InlineData(CompressionMethod.Zstd)]
    [InlineData(CompressionMethod.Lz4Raw)]
    [InlineData(CompressionMethod.Brotli)]
    public async Task Reads_what_Parquet_Net_writes(CompressionMethod codec)
    {
        using var folder = new TemporaryFolder();
        var numbers = new DataField<long?>("n");
        var doubles = new DataField<double>("d");
        var texts = new DataField<string>("s");
        var moments = new DateTimeDataField("legacy", DateTimeFormat.Impala, isNullable: false);
        const int Rows = 5000;
        var longs = Enumerable.Range(0, Rows).Select(i => i % 7 == 0 ? (long?)null : i / 3).ToArray();
        var values = Enumerable.Range(0, Rows).Select(i => i / 8d).ToArray();
        var words = Enumerable.Range(0, Rows).Select(i => i % 11 == 0 ? null : $"w{i % 40}").ToArray();
        var times = Enumerable.Range(0, Rows).Select(i => new DateTime(1960, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMinutes(i * 7919L)).ToArray();
        var stream = File.Create(folder.File("t.parquet"));
        await using (stream)
        await using (var writer = await ParquetWriter.CreateAsync(new ParquetSchema(numbers, doubles, texts, moments), stream, new ParquetOptions { CompressionMethod = codec }))
        {
            using var group = writer.CreateRowGroup();
            await group.WriteAsync<long>(numbers, longs.AsMemory());
            await group.WriteAsync<double>(doubles, values.AsMemory());
            await group.WriteAsync(texts, words!);
            await group.WriteAsync<DateTime>(moments, times.AsMemory());
        }

        var table = await ParquetTable.OpenAsync(folder.File("t.parquet"), new ParquetReadOptions { BatchRows = 777 });
        Assert.IsType<TimestampType>(table.Schema.GetFieldByName("legacy").DataType);
        var rows = await TableValues.ReadAsync(table);
        var expected = Enumerable.Range(0, Rows).Select(i => new string?[]
        {
            longs[i]?.ToString(System.Globalization.CultureInfo.InvariantCulture),
            BitConverter.DoubleToUInt64Bits(values[i]).ToString("x16", null),
            words[i] is null ? null : $"'{words[i]}'",
            ((times[i] - DateTime.UnixEpoch).Ticks / 10).ToString(System.Globalization.CultureInfo.InvariantCulture),
        }).ToList();
        TableValues.AssertEqual(expected, rows);
    }
}
