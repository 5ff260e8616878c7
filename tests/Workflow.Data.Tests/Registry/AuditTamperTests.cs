using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Workflow.Data.Definitions;
using Workflow.Data.Metadata;
using Workflow.Data.Registry;
using Workflow.Data.Storage;

namespace Workflow.Data.Tests.Registry;

public sealed class AuditTamperTests : IAsyncLifetime
{
    private readonly RegistryFixture _fixture = new();
    private int _repairs;

    public async ValueTask InitializeAsync()
    {
        for (var i = 1; i <= 3; i++)
        {
            await _fixture.Registry.RegisterAsync(RegistryFixture.Draft("delay", i, $"run-{i}"));
            await _fixture.Registry.SetAliasAsync(RegistryFixture.Change("delay", "champion", i));
        }

        await _fixture.Registry.SetAliasAsync(RegistryFixture.Change("delay", "shadow", 1));
        await _fixture.Registry.RollbackAsync(RegistryFixture.Rollback("delay", "champion"));
    }

    public ValueTask DisposeAsync()
    {
        _fixture.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task An_untouched_registry_is_intact()
    {
        var report = await _fixture.Registry.VerifyAuditAsync();
        Assert.True(report.IsIntact, report.FirstFault?.What);
        Assert.Equal(8, report.Entries);
        var last = await LastAsync();
        Assert.Equal(last.Hash, report.Head);
    }

    [Fact]
    public async Task An_empty_registry_is_intact()
    {
        using var empty = new RegistryFixture();
        var report = await empty.Registry.VerifyAuditAsync();
        Assert.True(report.IsIntact);
        Assert.Equal((0, default), (report.Entries, report.Head));
    }

    // Every field of every row of every table of the registry, changed a little, one at a time.
    [Fact]
    public async Task Any_edited_field_of_any_row_is_found()
    {
        var edits = 0;
        foreach (var table in new[] { "data_audit_entries", "data_audit_head", "data_model_versions", "data_alias_assignments" })
        {
            foreach (var (row, column, value) in Cells(table))
            {
                foreach (var forged in Forgeries(value))
                {
                    await RequireFoundAsync($"UPDATE {table} SET {column} = {forged} WHERE rowid = {row}", $"UPDATE {table} SET {column} = {Literal(value)} WHERE rowid = {row}");
                    edits++;
                }
            }
        }

        Assert.InRange(edits, 200, 1000);
    }

    [Fact]
    public async Task Any_removed_row_is_found()
    {
        foreach (var table in new[] { "data_audit_entries", "data_audit_head", "data_model_versions", "data_alias_assignments" })
        {
            foreach (var row in Cells(table).Select(c => c.Row).Distinct().ToList())
            {
                await RequireFoundAsync(
                    $"CREATE TABLE saved AS SELECT * FROM {table} WHERE rowid = {row}; DELETE FROM {table} WHERE rowid = {row}",
                    $"INSERT INTO {table} SELECT * FROM saved; DROP TABLE saved",
                    mayMove: true);
            }
        }
    }

    [Theory]
    [InlineData("INSERT INTO data_audit_entries SELECT 9, written_at, actor, action, details, previous_hash, hash FROM data_audit_entries WHERE sequence = 8")]
    [InlineData("INSERT INTO data_audit_entries SELECT 0, written_at, actor, action, details, previous_hash, hash FROM data_audit_entries WHERE sequence = 1")]
    [InlineData("INSERT INTO data_audit_entries SELECT -9223372036854775808, written_at, actor, action, details, previous_hash, hash FROM data_audit_entries WHERE sequence = 1")]
    [InlineData("INSERT INTO data_audit_head VALUES (2, 8, 'x')")]
    [InlineData("INSERT INTO data_model_versions SELECT model, 4, artifact, format, signature, 'forged', facts, created_by, created_at FROM data_model_versions WHERE number = 3")]
    [InlineData("INSERT INTO data_alias_assignments SELECT model, 'forged', 1, version, NULL, actor, reason, evidence, assigned_at FROM data_alias_assignments WHERE generation = 1 AND alias = 'champion'")]
    [InlineData("INSERT INTO data_alias_assignments SELECT model, alias, 5, 3, 2, actor, reason, evidence, assigned_at FROM data_alias_assignments WHERE generation = 4")]
    [InlineData("UPDATE data_audit_entries SET sequence = -sequence; UPDATE data_audit_entries SET sequence = 9 + sequence")]
    [InlineData("DELETE FROM data_audit_entries")]
    [InlineData("DELETE FROM data_audit_entries; DELETE FROM data_audit_head")]
    public async Task Inserted_moved_or_wholly_removed_entries_are_found(string forgery)
    {
        _fixture.Forge(forgery);
        Assert.False((await _fixture.Registry.VerifyAuditAsync()).IsIntact);
    }

    [Fact]
    public async Task Any_two_entries_that_changed_places_are_found()
    {
        for (var a = 1; a <= 8; a++)
        {
            for (var b = a + 1; b <= 8; b++)
            {
                var swap = $"UPDATE data_audit_entries SET sequence = -1 WHERE sequence = {a}; UPDATE data_audit_entries SET sequence = {a} WHERE sequence = {b}; UPDATE data_audit_entries SET sequence = {b} WHERE sequence = -1";
                await RequireFoundAsync(swap, swap);
            }
        }
    }

    [Fact]
    public async Task A_tail_cut_off_together_with_the_head_is_found_in_the_aliases()
    {
        var hash = await HashAsync(7);
        _fixture.Forge($"DELETE FROM data_audit_entries WHERE sequence = 8; UPDATE data_audit_head SET sequence = 7, hash = '{hash}'");
        var report = await _fixture.Registry.VerifyAuditAsync();
        Assert.Contains("delay@champion", report.FirstFault?.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_history_rewritten_in_every_place_is_found_by_the_head_noted_outside()
    {
        var noted = (await _fixture.Registry.VerifyAuditAsync()).Head;
        var hash = await HashAsync(7);
        _fixture.Forge($"DELETE FROM data_audit_entries WHERE sequence = 8; UPDATE data_audit_head SET sequence = 7, hash = '{hash}'; DELETE FROM data_alias_assignments WHERE alias = 'champion' AND generation = 4");
        Assert.True((await _fixture.Registry.VerifyAuditAsync()).IsIntact);

        var report = await _fixture.Registry.VerifyAuditAsync(noted);
        Assert.Contains(noted.ToString(), report.FirstFault?.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_noted_head_stays_valid_while_the_log_grows()
    {
        var noted = (await _fixture.Registry.VerifyAuditAsync()).Head;
        await _fixture.Registry.RegisterAsync(RegistryFixture.Draft("delay", 99));
        Assert.True((await _fixture.Registry.VerifyAuditAsync(noted)).IsIntact);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("{\"model\":7}")]
    public async Task An_entry_with_a_right_hash_but_no_meaning_is_found(string details)
    {
        var last = await LastAsync();
        var hash = CanonicalJson.Digest(new JsonArray(8L, MetadataTime.ToMicroseconds(last.At), last.Actor, last.Action, details, last.PreviousHash.ToString()));
        _fixture.Forge($"UPDATE data_audit_entries SET details = '{details}', hash = '{hash}' WHERE sequence = 8; UPDATE data_audit_head SET hash = '{hash}'");
        var report = await _fixture.Registry.VerifyAuditAsync();
        Assert.Equal(8, report.FirstFault?.Sequence);
    }

    private async Task RequireFoundAsync(string forgery, string repair, bool mayMove = false)
    {
        _fixture.Forge(forgery);
        Assert.False((await _fixture.Registry.VerifyAuditAsync()).IsIntact, forgery);
        _fixture.Forge(repair);
        if (mayMove || ++_repairs % 50 == 0)
        {
            Assert.True((await _fixture.Registry.VerifyAuditAsync()).IsIntact, repair);
        }
    }

    private static IEnumerable<string> Forgeries(object? value) => value switch
    {
        null => ["1", "'x'"],
        long number => [Literal(number + 1000), Literal(-number - 1)],
        _ => [Literal(value + " "), Literal(""), Literal(Flip((string)value))],
    };

    // One bit of one character in the middle.
    private static string Flip(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text.Length == 0 ? "a" : text);
        bytes[bytes.Length / 2] ^= 1;
        return Encoding.UTF8.GetString(bytes);
    }

    private static string Literal(object? value) => value switch
    {
        null => "NULL",
        long number => number.ToString(CultureInfo.InvariantCulture),
        _ => "'" + ((string)value).Replace("'", "''", StringComparison.Ordinal) + "'",
    };

    private List<(long Row, string Column, object? Value)> Cells(string table)
    {
        using var connection = new SqliteConnection($"Data Source={_fixture.Database.Place}");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // A constant of this test.
        command.CommandText = $"SELECT rowid AS row_number, * FROM {table}";
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        var cells = new List<(long, string, object?)>();
        while (reader.Read())
        {
            for (var column = 1; column < reader.FieldCount; column++)
            {
                cells.Add((reader.GetInt64(0), reader.GetName(column), reader.IsDBNull(column) ? null : reader.GetValue(column)));
            }
        }

        return cells;
    }

    private async Task<AuditEntry> LastAsync()
    {
        AuditEntry? last = null;
        await foreach (var entry in _fixture.Registry.ReadAuditAsync())
        {
            last = entry;
        }

        return last!;
    }

    private async Task<ContentDigest> HashAsync(long sequence)
    {
        await foreach (var entry in _fixture.Registry.ReadAuditAsync())
        {
            if (entry.Sequence == sequence)
            {
                return entry.Hash;
            }
        }

        throw new InvalidOperationException($"There is no entry {sequence}.");
    }
}
