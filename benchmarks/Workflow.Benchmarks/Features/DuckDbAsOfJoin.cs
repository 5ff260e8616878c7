using System.Globalization;
using System.Numerics;
using DuckDB.NET.Data;
using Workflow.Data.Tables;

namespace Workflow.Benchmarks.Features;

/// <summary>DuckDB with the same tables in its memory and two threads.</summary>
internal sealed class DuckDbAsOfJoin : IAsyncDisposable
{
    private readonly DuckDBConnection _connection;
    private readonly int _columns;
    private Int128[]? _rowSums;

    private DuckDbAsOfJoin(DuckDBConnection connection, int columns) => (_connection, _columns) = (connection, columns);

    public static async Task<DuckDbAsOfJoin> LoadAsync(TableSource features, TableSource labels, int columns)
    {
        var join = new DuckDbAsOfJoin(new DuckDBConnection("Data Source=:memory:"), columns);
        await join._connection.OpenAsync();
        await join.ExecuteAsync("SET threads = 2");
        foreach (var (name, table) in new[] { ("f", features), ("l", labels) })
        {
            var path = Path.Combine(Path.GetTempPath(), $"workflow-join-{Guid.NewGuid():n}.parquet");
            await ParquetTable.WriteAsync(path, table, new ParquetWriteOptions { CompressionLevel = 0 });
            await join.ExecuteAsync($"CREATE TABLE {name} AS SELECT * FROM read_parquet('{path}')");
            File.Delete(path);
        }

        return join;
    }

    /// <summary>Joins, and adds the answer up; the sums that tell rows apart are made once and not measured.</summary>
    public async Task<(TimeSpan Cpu, Int128[] Sums)> RunAsync()
    {
        string[] columns = [.. JoinTables.Payload.Take(_columns)];
        const string from = "FROM l ASOF LEFT JOIN f ON l.key = f.key AND l.t > f.t";
        _rowSums ??= await QueryAsync($"SELECT {string.Join(", ", columns.Select(static c => $"sum(CAST(l.i AS HUGEINT) * f.{c})"))} {from}");
        var before = Environment.CpuUsage.TotalTime;
        var sums = await QueryAsync($"SELECT count(f.v), {string.Join(", ", columns.Select(static c => $"sum(f.{c})"))} {from}");
        var cpu = Environment.CpuUsage.TotalTime - before;
        return (cpu, [sums[0], .. _rowSums.SelectMany((s, c) => new[] { sums[c + 1], s })]);
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    private async Task<Int128[]> QueryAsync(string sql)
    {
        await using var command = _connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return [.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.GetValue(i) is BigInteger big ? (Int128)big : Convert.ToInt64(reader.GetValue(i), CultureInfo.InvariantCulture))];
    }
}
