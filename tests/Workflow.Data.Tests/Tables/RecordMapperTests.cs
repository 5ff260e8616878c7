using System.ComponentModel.DataAnnotations.Schema;
using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Data.Tables;
using Workflow.Testing.Tables;

namespace Workflow.Data.Tests.Tables;

public sealed class RecordMapperTests
{
    [Fact]
    public async Task Records_survive_a_batch_and_a_Parquet_file()
    {
        var id = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff");
        var at = new DateTimeOffset(2001, 1, 31, 23, 59, 58, 123, TimeSpan.FromHours(2));
        Flight[] flights =
        [
            new(true, -1, 200, 3_000_000_000, long.MinValue, 1.5f, double.NaN, -12.3456789m, "ORD", at, new DateOnly(1969, 1, 1), id) { Gate = "é", Seats = null, Moment = new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc) },
            new(false, 1, 0, 0, 0, -0f, 0, 0, null, at.AddTicks(10), new DateOnly(9999, 12, 31), null) { Gate = null, Seats = 12, Moment = null },
        ];
        var mapper = new RecordMapper<Flight>();
        var allocator = new CountingAllocator();
        using (var batch = mapper.ToBatch(flights, allocator))
        {
            Assert.Equal(flights, mapper.ToRecords(batch));
        }

        allocator.RequireEmpty();
        using var folder = new TemporaryFolder();
        using var table = mapper.ToTable(flights);
        await ParquetTable.WriteAsync(folder.File("t.parquet"), table, cancellationToken: TestContext.Current.CancellationToken);
        var read = new List<Flight>();
        await foreach (var flight in mapper.ReadAsync(await ParquetTable.OpenAsync(folder.File("t.parquet"), cancellationToken: TestContext.Current.CancellationToken), TestContext.Current.CancellationToken))
        {
            read.Add(flight);
        }

        Assert.Equal(flights, read);
        Assert.Equal("delay_minutes", mapper.Schema.FieldsList[1].Name);
        Assert.Equal("001122334455", Convert.ToHexString(((Apache.Arrow.Arrays.FixedSizeBinaryArray)mapper.ToBatch(flights).Column("Id")).GetBytes(0)[..6]));
    }

    [Fact]
    public void Every_mismatch_of_a_batch_is_listed()
    {
        var mapper = new RecordMapper<Pair>();
        var schema = new Schema([new Field("Name", Int32Type.Default, true), new Field("Count", Int32Type.Default, true)], null);
        using var batch = new RecordBatch(schema, [new Int32Array.Builder().Append(1).Build(), new Int32Array.Builder().Append(1).Build()], 1);
        var error = Assert.Throws<SchemaMismatchException>(() => mapper.ToRecords(batch));
        Assert.Equal([("Count", "int32, not null", "int32"), ("Name", "utf8", "int32"), ("Missing", "double, not null", null)], error.Differences.Select(d => (d.Column, d.Expected!, d.Actual)));
    }

    [Fact]
    public void Every_property_without_a_column_is_listed()
    {
        var error = Assert.Throws<SchemaMismatchException>(() => new RecordMapper<Odd>());
        Assert.Equal(["Inner", "Bytes", "Computed"], error.Differences.Select(d => d.Column));
    }

    [Fact]
    public void Values_that_would_be_changed_are_refused()
    {
        var decimals = new RecordMapper<Amount>();
        Assert.Throws<ArgumentException>(() => decimals.ToBatch([new Amount(0.12345678901m)]));
        Assert.Throws<ArgumentException>(() => decimals.ToBatch([new Amount(decimal.MaxValue)]));
        using var batch = decimals.ToBatch([new Amount(9_999_999_999_999_999_999_999_999_999m), new Amount(-0.1000000000000m)]);
        Assert.Equal([new Amount(9_999_999_999_999_999_999_999_999_999m), new Amount(-0.1m)], decimals.ToRecords(batch));
        Assert.Throws<ArgumentException>(() => new RecordMapper<Local>().ToBatch([new Local(new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Local))]));
    }

    private sealed record Flight(
        bool IsLate, [property: Column("delay_minutes")] short Delay, byte Engines, uint Tail, long Distance, float Ratio, double Score, decimal Fare, string? Origin, DateTimeOffset At, DateOnly Day, Guid? Id)
    {
        public string? Gate { get; init; }

        public int? Seats { get; set; }

        public DateTime? Moment { get; init; }
    }

    private sealed record Pair(int Count, string Name, double Missing);

    private sealed record Amount(decimal Value);

    private sealed record Local(DateTime Value);

    private sealed class Odd
    {
        public Pair? Inner { get; set; }

        public byte[]? Bytes { get; set; }

        public int Fine { get; set; }

        public int Computed => Fine + 1;
    }
}
