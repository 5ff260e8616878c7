using Apache.Arrow;
using Apache.Arrow.Arrays;
using Apache.Arrow.Types;
using Npgsql;
using Workflow.Data.Tables;

namespace Workflow.Data.PostgreSql.Tests;

public sealed class PostgreSqlQueryTableTests(PostgreSqlServer server)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_type_comes_as_the_database_declares_it()
    {
        server.Require();
        await using var database = NpgsqlDataSource.Create(server.ConnectionString);
        const string Query = """
            SELECT true AS flag, 1::smallint AS small, -2::integer AS number, 9007199254740993::bigint AS large, 1.5::real AS narrow, 0.1::float8 AS wide,
                   'é' AS name, '\x00ff'::bytea AS raw, date '1969-12-31' AS day, timestamptz '2001-01-31 23:59:58.123456+02' AS at,
                   '00112233-4455-6677-8899-aabbccddeeff'::uuid AS id
            UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
            """;
        var table = await QueryTable.OpenAsync(database, Query, null, Cancel);
        await foreach (var batch in table.ReadAsync(null, Cancel))
        {
            using (batch)
            {
                Assert.Equal(2, batch.Length);
                Assert.All(Enumerable.Range(0, batch.ColumnCount), i => Assert.True(batch.Column(i).IsNull(1)));
                Assert.True(((BooleanArray)batch.Column("flag")).GetValue(0));
                Assert.Equal((1, -2, 9007199254740993), (((Int16Array)batch.Column("small")).Values[0], ((Int32Array)batch.Column("number")).Values[0], ((Int64Array)batch.Column("large")).Values[0]));
                Assert.Equal((1.5f, 0.1), (((FloatArray)batch.Column("narrow")).Values[0], ((DoubleArray)batch.Column("wide")).Values[0]));
                Assert.Equal(("é", -1), (((StringArray)batch.Column("name")).GetString(0), ((Date32Array)batch.Column("day")).Values[0]));
                Assert.Equal("00FF", Convert.ToHexString(((BinaryArray)batch.Column("raw")).GetBytes(0)));
                Assert.Equal(980_978_398_123_456L, ((TimestampArray)batch.Column("at")).Values[0]);
                Assert.Equal("00112233445566778899AABBCCDDEEFF", Convert.ToHexString(((FixedSizeBinaryArray)batch.Column("id")).GetBytes(0)));
            }
        }
    }

    [Fact]
    public async Task Times_without_zone_and_numerics_are_refused_with_what_to_do()
    {
        server.Require();
        await using var database = NpgsqlDataSource.Create(server.ConnectionString);
        var local = await QueryTable.OpenAsync(database, "SELECT timestamp '2001-01-31 23:59:58' AS at", null, Cancel);
        Assert.Contains("AssumeUtc", (await Assert.ThrowsAsync<InvalidDataException>(() => BatchTable.LoadAsync(local, null, Cancel))).Message, StringComparison.Ordinal);
        var utc = await QueryTable.OpenAsync(database, "SELECT timestamp '1970-01-01 00:00:01' AS at", new QueryOptions { AssumeUtc = true }, Cancel);
        await foreach (var batch in utc.ReadAsync(null, Cancel))
        {
            using (batch)
            {
                Assert.Equal(1_000_000, ((TimestampArray)batch.Column(0)).Values[0]);
            }
        }

        var fault = await Assert.ThrowsAsync<SchemaMismatchException>(() => QueryTable.OpenAsync(database, "SELECT 1.5::numeric AS price, ARRAY[1] AS list", null, Cancel));
        Assert.Equal(["price", "list"], fault.Differences.Select(static d => d.Column));
    }

    [Fact]
    public async Task Parameters_are_values_never_text_of_the_query()
    {
        server.Require();
        await using var database = NpgsqlDataSource.Create(server.ConnectionString);
        var table = await QueryTable.OpenAsync(database, "SELECT @name AS name", new QueryOptions { Schema = new Schema([new("name", StringType.Default, true)], null), Parameters = { ["name"] = "'; DROP TABLE trips; --" } }, Cancel);
        using var rows = await BatchTable.LoadAsync(table, null, Cancel);
        Assert.Equal(1, rows.RowCount);
    }
}
