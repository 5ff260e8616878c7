using System.Data.Common;
using Apache.Arrow;
using Apache.Arrow.Types;
using Microsoft.Data.Sqlite;
using Workflow.Data.Tables;

namespace Workflow.Data.Tests.Tables;

public sealed class QueryTableTests : IAsyncDisposable
{
    private static readonly TimestampType Utc = new(TimeUnit.Microsecond, "UTC");
    private readonly TemporaryFolder _folder = new();
    private readonly DbDataSource _database;

    public QueryTableTests()
    {
        _database = SqliteFactory.Instance.CreateDataSource(new SqliteConnectionStringBuilder { DataSource = _folder.File("t.db"), Pooling = false }.ToString());
        Execute("CREATE TABLE trips (id INTEGER, fare REAL, city TEXT, at TEXT, raw BLOB)");
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_query_is_a_table_that_can_be_read_twice_and_by_column()
    {
        Execute("INSERT INTO trips VALUES (1, 2.5, 'é', '2001-01-31T23:59:58.1234567Z', x'00ff'), (9007199254740993, NULL, NULL, '1969-12-31 23:59:59.999999+00:00', NULL)");
        var schema = new Schema([new("id", Int64Type.Default, false), new("fare", DoubleType.Default, true), new("city", StringType.Default, true), new("at", Utc, true), new("raw", BinaryType.Default, true)], null);
        var table = await QueryTable.OpenAsync(_database, "SELECT * FROM trips WHERE id >= $least ORDER BY id", new QueryOptions { Schema = schema, Parameters = { ["$least"] = 1 } }, Cancel);
        for (var pass = 0; pass < 2; pass++)
        {
            using var whole = await BatchTable.LoadAsync(table, null, Cancel);
            await foreach (var batch in whole.ReadAsync(null, Cancel))
            {
                using (batch)
                {
                    Assert.Equal([1L, 9007199254740993L], ((Int64Array)batch.Column(0)).ToArray().Select(static v => v!.Value));
                    Assert.Equal([2.5, null], ((DoubleArray)batch.Column(1)).ToArray());
                    Assert.Equal(("é", true), (((StringArray)batch.Column(2)).GetString(0), batch.Column(2).IsNull(1)));
                    Assert.Equal([980_985_598_123_456L, -1L], ((TimestampArray)batch.Column(3)).Values.ToArray());
                    Assert.Equal("00FF", Convert.ToHexString(((BinaryArray)batch.Column(4)).GetBytes(0)));
                }
            }
        }

        await foreach (var batch in table.ReadAsync(["at", "id"], Cancel))
        {
            using (batch)
            {
                Assert.Equal(["at", "id"], batch.Schema.FieldsList.Select(static f => f.Name));
            }
        }
    }

    [Fact]
    public async Task Batches_have_the_rows_asked_for_and_types_come_from_the_database()
    {
        for (var i = 0; i < 7; i++)
        {
            Execute($"INSERT INTO trips (id, fare) VALUES ({i}, {i}.5)");
        }

        var table = await QueryTable.OpenAsync(_database, "SELECT id, fare, city, raw FROM trips ORDER BY id", new QueryOptions { BatchRows = 3 }, Cancel);
        Assert.Equal([typeof(Int64Type), typeof(DoubleType), typeof(StringType), typeof(BinaryType)], table.Schema.FieldsList.Select(static f => f.DataType.GetType()));
        var lengths = new List<int>();
        await foreach (var batch in table.ReadAsync(["fare"], Cancel))
        {
            using (batch)
            {
                lengths.Add(batch.Length);
            }
        }

        Assert.Equal([3, 3, 1], lengths);
    }

    [Theory]
    [InlineData("id", "'many'", "row 1", "'many' (String)")]
    [InlineData("id", "1.5", "row 1", "'1.5' (Double)")]
    [InlineData("id", "NULL", "int64, not null", "null")]
    [InlineData("at", "'2001-01-31 23:59:58'", "AssumeUtc", "2001-01-31")]
    [InlineData("at", "'yesterday'", "timestamp", "yesterday")]
    [InlineData("at", "20010131", "timestamp", "20010131")]
    public async Task A_value_that_is_not_of_its_type_is_never_converted(string column, string value, string expected, string actual)
    {
        Execute("INSERT INTO trips (id, at) VALUES (1, '2001-01-01T00:00:00Z')");
        Execute($"INSERT INTO trips (id, at) VALUES ({(column == "id" ? value : "2")}, {(column == "at" ? value : "NULL")})");
        var schema = new Schema([new("id", Int64Type.Default, false), new("at", Utc, true)], null);
        var table = await QueryTable.OpenAsync(_database, "SELECT id, at FROM trips ORDER BY rowid", new QueryOptions { Schema = schema }, Cancel);
        var fault = await Assert.ThrowsAsync<InvalidDataException>(() => BatchTable.LoadAsync(table, null, Cancel));
        Assert.Contains($"Column '{column}' of query 'SELECT id, at FROM trips ORDER BY rowid', row 1", fault.Message, StringComparison.Ordinal);
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
        Assert.Contains(actual, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Times_without_zone_are_UTC_only_when_that_is_said()
    {
        Execute("INSERT INTO trips (at) VALUES ('1970-01-01 00:00:01')");
        var table = await QueryTable.OpenAsync(_database, "SELECT at FROM trips", new QueryOptions { Schema = new Schema([new("at", Utc, true)], null), AssumeUtc = true }, Cancel);
        await foreach (var batch in table.ReadAsync(null, Cancel))
        {
            using (batch)
            {
                Assert.Equal(1_000_000, ((TimestampArray)batch.Column(0)).Values[0]);
            }
        }
    }

    [Fact]
    public async Task What_is_no_table_is_refused_with_every_difference()
    {
        var declared = new Schema([new("id", new Decimal128Type(10, 2), true), new("missing", Int64Type.Default, true)], null);
        var fault = await Assert.ThrowsAsync<SchemaMismatchException>(() => QueryTable.OpenAsync(_database, "SELECT id FROM trips", new QueryOptions { Schema = declared }, Cancel));
        Assert.Equal(["missing", "id"], fault.Differences.Select(static d => d.Column));
        Assert.Contains("'id'", (await Assert.ThrowsAsync<InvalidDataException>(() => QueryTable.OpenAsync(_database, "SELECT id, fare AS id FROM trips", null, Cancel))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<SqliteException>(() => QueryTable.OpenAsync(_database, "SELECT nothing FROM trips", null, Cancel));
    }

    private void Execute(string sql)
    {
        using var connection = _database.OpenConnection();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
