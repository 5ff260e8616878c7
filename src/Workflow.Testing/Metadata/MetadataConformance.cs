using CsCheck;
using Workflow.Data.Metadata;
using Xunit;

namespace Workflow.Testing.Metadata;

/// <summary>What every <see cref="MetadataDatabase"/> has to do: values, transactions, migrations. Derive a public test class from it.</summary>
public abstract class MetadataConformance
{
    private static readonly MetadataMigrations Tables = MetadataMigrations.Create("Conformance", [First]);

    private static MetadataMigration First => new(1, "0001_values.sql", """
        CREATE TABLE conformance_values (id BIGINT NOT NULL PRIMARY KEY, whole BIGINT, fraction DOUBLE PRECISION, words TEXT, bytes BLOB);
        CREATE TABLE conformance_counters (name TEXT NOT NULL PRIMARY KEY, count BIGINT NOT NULL);
        """);

    private static MetadataMigration Second => new(2, "0002_notes.sql", "CREATE TABLE conformance_notes (id BIGINT NOT NULL PRIMARY KEY, note TEXT NOT NULL);");

    /// <summary>Opens the database under test once more, as another process would. It is empty at the start of a test.</summary>
    /// <param name="timeProvider">The clock of the new object.</param>
    protected abstract MetadataDatabase Open(TimeProvider timeProvider);

    /// <summary>The four column types hold any of their values.</summary>
    [Fact]
    public async Task Values_of_every_column_type_come_back()
    {
        using var database = await OpenMigratedAsync();
        var id = 0L;
        var words = Gen.String.Select(s => string.Concat(s.Where(c => c != '\0' && !char.IsSurrogate(c))) + "é😀'\"");
        await Gen.Select(Gen.Long.Nullable(), Gen.Double.Nullable(), words.Null(), Gen.Byte.Array[0, 50].Null()).Where(t => t.Item2 is not { } d || !double.IsNaN(d)).SampleAsync(
            async (whole, fraction, text, bytes) =>
            {
                var key = Interlocked.Increment(ref id);
                await database.WriteAsync((t, token) => t.ExecuteAsync(
                    $"INSERT INTO conformance_values (id, whole, fraction, words, bytes) VALUES ({key}, {whole}, {fraction}, {text}, {bytes})", token));
                var read = await database.ReadAsync((t, token) => t.QuerySingleAsync(
                    $"SELECT whole, fraction, words, bytes FROM conformance_values WHERE id = {key}",
                    row => (Whole: row.GetInt64OrNull(0), Fraction: row.GetDoubleOrNull(1), Text: row.GetTextOrNull(2), Bytes: row.IsNull(3) ? null : row.GetBlob(3)),
                    token));
                Assert.Equal(whole, read.Whole);
                Assert.Equal(fraction, read.Fraction);
                Assert.Equal(text, read.Text);
                Assert.Equal(bytes, read.Bytes);
            },
            iter: 50);
    }

    /// <summary>A hole is a parameter, never SQL.</summary>
    [Fact]
    public async Task A_value_is_never_taken_for_sql()
    {
        using var database = await OpenMigratedAsync();
        const string Evil = "x'); DROP TABLE conformance_counters; --";
        await database.WriteAsync((t, token) => t.ExecuteAsync($"INSERT INTO conformance_counters (name, count) VALUES ({Evil}, 1)", token));
        var names = await database.ReadAsync((t, token) => t.QueryAsync($"SELECT name FROM conformance_counters", row => row.GetText(0), token));
        Assert.Equal([Evil], names);
    }

    /// <summary>Work that throws leaves nothing.</summary>
    [Fact]
    public async Task Work_that_throws_writes_nothing()
    {
        using var database = await OpenMigratedAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => database.WriteAsync<int>(async (t, token) =>
        {
            await IncrementAsync(t, "a", token);
            throw new InvalidOperationException("on purpose");
        }));
        Assert.Equal(0, await CountAsync(database, "a"));
    }

    /// <summary>Work that is cancelled before it is committed leaves nothing.</summary>
    [Fact]
    public async Task Cancelled_work_writes_nothing()
    {
        using var database = await OpenMigratedAsync();
        using var source = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => database.WriteAsync(
            async (t, _) =>
            {
                await IncrementAsync(t, "a", CancellationToken.None);
                await source.CancelAsync();
                return true;
            },
            source.Token));
        Assert.Equal(0, await CountAsync(database, "a"));
    }

    /// <summary>A reader sees the state in which it began.</summary>
    [Fact]
    public async Task A_reader_sees_one_state_while_others_write()
    {
        using var database = await OpenMigratedAsync();
        using var other = Open(TimeProvider.System);
        await database.WriteAsync((t, token) => IncrementAsync(t, "a", token));
        var (before, after) = await database.ReadAsync(async (t, token) =>
        {
            var first = await CountAsync(t, "a", token);
            await other.WriteAsync((u, inner) => IncrementAsync(u, "a", inner), token);
            return (first, await CountAsync(t, "a", token));
        });
        Assert.Equal((1, 1), (before, after));
        Assert.Equal(2, await CountAsync(database, "a"));
    }

    /// <summary>Read, compute, write: no update is lost, whoever else does the same.</summary>
    [Fact]
    public async Task No_update_is_lost_among_many_writers()
    {
        using var database = await OpenMigratedAsync();
        using var other = Open(TimeProvider.System);
        await Parallel.ForAsync(0, 100, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, token) =>
            await (i % 2 == 0 ? database : other).WriteAsync((t, inner) => IncrementAsync(t, "a", inner), token));
        Assert.Equal(100, await CountAsync(database, "a"));
    }

    /// <summary>A write inside a write would never end.</summary>
    [Fact]
    public async Task A_write_inside_a_write_is_refused()
    {
        using var database = await OpenMigratedAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => database.WriteAsync((_, token) => database.WriteAsync((t, inner) => IncrementAsync(t, "a", inner), token)));
        await database.WriteAsync((t, token) => IncrementAsync(t, "a", token));
        Assert.Equal(1, await CountAsync(database, "a"));
    }

    /// <summary>A transaction that has ended says so.</summary>
    [Fact]
    public async Task A_transaction_is_of_no_use_after_its_end()
    {
        using var database = await OpenMigratedAsync();
        var escaped = await database.ReadAsync((t, _) => Task.FromResult(t));
        await Assert.ThrowsAnyAsync<InvalidOperationException>(() => CountAsync(escaped, "a", CancellationToken.None));
    }

    /// <summary>Processes that start at once do not disturb each other, and later scripts follow earlier ones.</summary>
    [Fact]
    public async Task Migrations_run_once_in_order_whoever_starts_first()
    {
        var databases = Enumerable.Range(0, 6).Select(_ => Open(TimeProvider.System)).ToArray();
        await Parallel.ForEachAsync(databases, async (database, token) => await database.MigrateAsync(MetadataMigrations.Create("Conformance", [First]), token));
        await Parallel.ForEachAsync(databases, async (database, token) => await database.MigrateAsync(MetadataMigrations.Create("Conformance", [Second, First]), token));
        await databases[0].WriteAsync((t, token) => t.ExecuteAsync($"INSERT INTO conformance_notes (id, note) VALUES (1, 'there')", token));
        Array.ForEach(databases, d => d.Dispose());
    }

    /// <summary>A database of a newer version, or with other scripts, is refused and left alone.</summary>
    [Fact]
    public async Task A_newer_or_edited_schema_is_refused()
    {
        using var database = Open(TimeProvider.System);
        await database.MigrateAsync(MetadataMigrations.Create("Conformance", [First, Second]));
        using var older = Open(TimeProvider.System);
        var newer = await Assert.ThrowsAsync<MetadataException>(() => older.MigrateAsync(MetadataMigrations.Create("Conformance", [First])));
        Assert.Contains("newer", newer.Message, StringComparison.Ordinal);
        Assert.Equal(database.Place, newer.Place);

        var edited = await Assert.ThrowsAsync<MetadataException>(() => older.MigrateAsync(
            MetadataMigrations.Create("Conformance", [First with { Script = First.Script.Replace("whole BIGINT", "whole TEXT", StringComparison.Ordinal) }, Second])));
        Assert.Contains("0001_values.sql", edited.Message, StringComparison.Ordinal);
        Assert.False(edited.IsTransient);
    }

    /// <summary>A script that fails changes nothing, also what came before it in the script.</summary>
    [Fact]
    public async Task A_script_that_fails_leaves_nothing()
    {
        using var database = Open(TimeProvider.System);
        await Assert.ThrowsAnyAsync<Exception>(() => database.MigrateAsync(MetadataMigrations.Create("Conformance", [First, Second with { Script = Second.Script + Second.Script }])));
        await database.MigrateAsync(MetadataMigrations.Create("Conformance", [First, Second]));
    }

    private static async Task<long> IncrementAsync(MetadataTransaction transaction, string name, CancellationToken cancellationToken)
    {
        // Not in one statement, so that a lost update would show.
        var count = await CountAsync(transaction, name, cancellationToken) + 1;
        await transaction.ExecuteAsync(
            $"INSERT INTO conformance_counters (name, count) VALUES ({name}, {count}) ON CONFLICT (name) DO UPDATE SET count = excluded.count", cancellationToken);
        return count;
    }

    private static Task<long> CountAsync(MetadataDatabase database, string name) => database.ReadAsync((t, token) => CountAsync(t, name, token));

    private static Task<long> CountAsync(MetadataTransaction transaction, string name, CancellationToken cancellationToken) =>
        transaction.QuerySingleAsync($"SELECT count FROM conformance_counters WHERE name = {name}", row => row.GetInt64(0), cancellationToken);

    private async Task<MetadataDatabase> OpenMigratedAsync()
    {
        var database = Open(TimeProvider.System);
        await database.MigrateAsync(Tables);
        return database;
    }
}
