using System.Globalization;
using System.Text;
using Apache.Arrow.Types;
using CsCheck;
using Workflow.Monitoring.Contracts;

namespace Workflow.Monitoring.Tests.Contracts;

public sealed class DataContractTests
{
    private static readonly DataContract Flights = DataContract.Create("flights")
        .Column("delay", Int64Type.Default, c => c.Between(-120, 1800))
        .Column("origin", StringType.Default, c => c.OneOf("ATL", "ORD").AllowNulls(0.25))
        .Column("speed", DoubleType.Default, c => c.AtLeast(0.5).AllowNulls())
        .Build();

    [Fact]
    public async Task A_table_that_keeps_the_contract_passes()
    {
        var data = new TestTable(batchRows: 2).With("delay", -120, 0, 1800, 5).With("origin", "ATL", "ORD", "ATL", null).With("speed", 0.5, null, 1e300, double.PositiveInfinity);
        using (var table = data.Build())
        {
            var report = await Flights.CheckAsync(table);
            Assert.True(report.Passed, report.ToString());
            Assert.Equal(4, report.Rows);
            Assert.Equal([new ColumnCounts("delay", 0, 0), new ColumnCounts("origin", 1, 0), new ColumnCounts("speed", 1, 0)], report.Columns);
            Assert.Equal("table in memory (4 rows) keeps contract 'flights' over 4 rows", report.ToString());
        }

        data.Allocator.RequireEmpty();
    }

    [Fact]
    public async Task Everything_that_is_broken_is_reported_at_once_with_exact_counts()
    {
        var data = new TestTable(batchRows: 3)
            .With("delay", -121, 1801, null, 7, -500)
            .With("origin", "ATL", "XXX", null, null, "")
            .With("speed", double.NaN, 0.4, double.NegativeInfinity, null, 1);
        using var table = data.Build();
        var report = await Flights.CheckAsync(table);

        Assert.False(report.Passed);
        Assert.Equal(
            """
            table in memory (5 rows) breaks contract 'flights' over 5 rows
              column 'delay': 1 null rows (first rows 2); expected no nulls
              column 'delay': 2 rows below -120 (first rows 0, 4: -121, -500); expected at least -120
              column 'delay': 1 rows above 1800 (first rows 1: 1801); expected at most 1800
              column 'origin': 2 null rows (first rows 2, 3); expected at most 25 % nulls
              column 'origin': 2 rows outside the allowed values (first rows 1, 4: XXX, ); expected one of 2 values
              column 'speed': 1 NaN rows (first rows 0); expected no NaN
              column 'speed': 2 rows below 0.5 (first rows 1, 2: 0.4, -Infinity); expected at least 0.5
            """,
            report.ToString());
        var json = Encoding.UTF8.GetString(report.ToJson());
        Assert.Contains("\"check\":\"column_values_to_be_between\"", json, StringComparison.Ordinal);
        Assert.Contains("\"passed\":false", json, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_column_another_type_and_an_empty_table_are_violations()
    {
        using var table = new TestTable().With("delay", System.Array.Empty<double?>()).With("speed", System.Array.Empty<double?>()).Build();
        var report = await Flights.CheckAsync(table);
        Assert.Equal([ContractCheck.RowCount, ContractCheck.Type, ContractCheck.Presence], report.Violations.Select(v => v.Check));
        Assert.Equal("column 'delay': type double; expected type int64", report.Violations[1].ToString());
    }

    [Fact]
    public async Task A_table_with_none_of_the_columns_is_still_counted()
    {
        using var table = new TestTable().With("other", 1, 2, 3).Build();
        var report = await Flights.CheckAsync(table);
        Assert.Equal(3, report.Rows);
        Assert.Equal(3, report.Violations.Length);
    }

    [Fact]
    public async Task Moments_are_held_against_bounds_in_their_own_unit()
    {
        var start = new DateTimeOffset(2001, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var contract = DataContract.Create("times")
            .Column("date", new TimestampType(TimeUnit.Microsecond, "UTC"), c => c.Between(start, start.AddDays(1)))
            .Build();
        using var table = new TestTable().With("date", start, start.AddMicroseconds(-1), start.AddDays(1), start.AddDays(1).AddMicroseconds(1)).Build();
        var report = await contract.CheckAsync(table);
        Assert.Equal([1L], report.Violations[0].FirstRows);
        Assert.Equal(["2000-12-31T23:59:59.999999Z"], report.Violations[0].Examples);
        Assert.Equal([3L], report.Violations[1].FirstRows);
    }

    [Fact]
    public async Task Examples_are_bounded_and_counts_are_not()
    {
        var contract = DataContract.Create("c").Column("v", Int64Type.Default, c => c.AtMost(0)).Column("n", Int64Type.Default).Build();
        using var table = new TestTable(batchRows: 1000)
            .With("v", [.. Enumerable.Range(1, 5000).Select(i => (long?)i)])
            .With("n", [.. Enumerable.Repeat<long?>(null, 5000)]).Build();
        var report = await contract.CheckAsync(table);
        Assert.All(report.Violations, v => Assert.Equal(5000, v.Count));
        Assert.All(report.Violations, v => Assert.Equal(Enumerable.Range(0, 20).Select(i => (long)i), v.FirstRows));
    }

    [Fact]
    public async Task Counts_agree_with_the_row_by_row_definition() =>
        await Gen.Select(Gen.Long[-30, 30].Nullable().Array[0, 60], Gen.Int[1, 20], Gen.Long[-20, 0], Gen.Long[0, 20]).SampleAsync(async (values, batchRows, low, high) =>
        {
            var contract = DataContract.Create("c").Column("v", Int64Type.Default, c => c.Between(low, high).AllowNulls()).Build();
            var data = new TestTable(batchRows).With("v", values);
            using (var table = data.Build())
            {
                var report = await contract.CheckAsync(table);
                var below = report.Violations.SingleOrDefault(v => v.Check is ContractCheck.Minimum);
                var above = report.Violations.SingleOrDefault(v => v.Check is ContractCheck.Maximum);
                Assert.Equal(values.Count(v => v < low), below?.Count ?? 0);
                Assert.Equal(values.Count(v => v > high), above?.Count ?? 0);
                Assert.Equal(values.Index().Where(v => v.Item < low).Take(20).Select(v => (long)v.Index), below?.FirstRows ?? []);
                Assert.Equal(values.Length == 0, report.Violations.Any(v => v.Check is ContractCheck.RowCount));
            }

            data.Allocator.RequireEmpty();
        });

    [Fact]
    public void Faults_of_a_contract_are_listed_at_once()
    {
        var fault = Assert.Throws<ArgumentException>(() => DataContract.Create("bad")
            .Column("a", StringType.Default, c => c.AtLeast(1))
            .Column("a", Int64Type.Default, c => c.OneOf("x"))
            .Column("b", DoubleType.Default, c => c.Between(2, 1.5))
            .Build());
        Assert.Contains("4 fault(s)", fault.Message, StringComparison.Ordinal);
        Assert.Contains("column 'a' is there 2 times", fault.Message, StringComparison.Ordinal);
        Assert.Contains("minimum 2 above its maximum 1.5", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_round_trips_and_identifies_the_contract()
    {
        var contract = DataContract.Create("all")
            .Rows(atLeast: 10)
            .Column("i", Int64Type.Default, c => c.Between(long.MinValue + 1, 5).OneOf(3, 1, 2).AllowNulls(0.125))
            .Column("d", DoubleType.Default, c => c.Between(0.1, 3).AllowNaN())
            .Column("t", new TimestampType(TimeUnit.Microsecond, "UTC"), c => c.AtLeast(DateTimeOffset.UnixEpoch))
            .Column("s", StringType.Default, c => c.OneOf("2001-01-01", "<b>", "1"))
            .Build();
        var read = DataContract.Parse(contract.ToJson());
        Assert.Equal(contract.Digest, read.Digest);
        Assert.Equal(contract.ToJson(), read.ToJson());
        Assert.NotEqual(contract.Digest, DataContract.Create("all").Rows(11).Build().Digest);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"format":"workflow.data-contract/1"}""")]
    [InlineData("""{"format":"workflow.data-contract/1","name":"x","columns":[{"name":"a"}]}""")]
    [InlineData("""{"format":"workflow.data-contract/1","name":"x","columns":[{"name":"a","type":"int64","minimum":{"number":"NaN"}}]}""")]
    [InlineData("""{"format":"workflow.data-contract/1","name":"x","minimum_rows":0,"columns":[]}""")]
    public void Foreign_json_is_refused_with_one_kind_of_error(string json) =>
        Assert.Throws<FormatException>(() => DataContract.Parse(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Mangled_json_never_fails_in_another_way() =>
        Gen.Select(Gen.Int[0, 400], Gen.Byte).Sample((at, value) =>
        {
            var json = Flights.ToJson();
            json[at % json.Length] = value;
            try
            {
                DataContract.Parse(json);
            }
            catch (FormatException)
            {
                // The one error.
            }
        });

    [Fact]
    public async Task Cultures_change_nothing()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = ",", NegativeSign = "~" } };
            using var table = new TestTable().With("delay", -1.5).Build();
            var contract = DataContract.Create("c").Column("delay", DoubleType.Default, c => c.AtLeast(-0.5)).Build();
            Assert.Contains("column 'delay': 1 rows below -0.5 (first rows 0: -1.5); expected at least -0.5", (await contract.CheckAsync(table)).ToString(), StringComparison.Ordinal);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
