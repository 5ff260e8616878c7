using Microsoft.Data.Sqlite;
using Workflow.Data.Metadata;
using Workflow.Data.Registry;

namespace Workflow.Data.Tests.Metadata;

public sealed class SqliteMetadataDatabaseTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder["metadata.db"];

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("this is a text file and not a database, whatever its name says")]
    [InlineData("x")]
    public async Task A_file_that_is_no_database_is_named_and_left_alone(string content)
    {
        await File.WriteAllTextAsync(Path, content);
        using var database = new SqliteMetadataDatabase(Path);
        var exception = await Assert.ThrowsAsync<MetadataException>(() => new ModelRegistry(database).ListAsync());
        Assert.Equal(Path, exception.Place);
        Assert.Contains($"'{Path}'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("not a SQLite database", exception.Message, StringComparison.Ordinal);
        Assert.Equal(content, await File.ReadAllTextAsync(Path));
    }

    [Fact]
    public async Task A_database_with_a_destroyed_page_is_named()
    {
        using (var fixture = new SqliteMetadataDatabase(Path))
        {
            var registry = new ModelRegistry(fixture);
            for (var i = 0; i < 100; i++)
            {
                await registry.RegisterAsync(Registry.RegistryFixture.Draft("delay", i));
            }
        }

        SqliteConnection.ClearAllPools();
        var bytes = await File.ReadAllBytesAsync(Path);
        Assert.False(File.Exists(Path + "-wal"));
        bytes.AsSpan(4096).Fill(0xA5);
        await File.WriteAllBytesAsync(Path, bytes);
        using var damaged = new SqliteMetadataDatabase(Path);
        var exception = await Assert.ThrowsAsync<MetadataException>(() => new ModelRegistry(damaged).ListVersionsAsync("delay"));
        Assert.Contains($"'{Path}'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("damaged", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_of_another_program_is_refused_and_left_alone()
    {
        await ExecuteAsync("CREATE TABLE customers (id INTEGER)");
        var before = await File.ReadAllBytesAsync(Path);
        using var database = new SqliteMetadataDatabase(Path);
        var exception = await Assert.ThrowsAsync<MetadataException>(() => new ModelRegistry(database).ListAsync());
        Assert.Contains("another program", exception.Message, StringComparison.Ordinal);
        SqliteConnection.ClearAllPools();
        Assert.Equal(before, await File.ReadAllBytesAsync(Path));
    }

    [Fact]
    public async Task A_path_that_cannot_be_a_file_is_named()
    {
        Directory.CreateDirectory(Path);
        using var database = new SqliteMetadataDatabase(Path);
        var exception = await Assert.ThrowsAsync<MetadataException>(() => new ModelRegistry(database).ListAsync());
        Assert.Contains("cannot be opened", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_connection_is_durable_and_the_file_is_in_wal_mode()
    {
        using var database = new SqliteMetadataDatabase(Path);
        foreach (var isWrite in new[] { false, true })
        {
            var settings = await (isWrite ? database.WriteAsync(SettingsAsync) : database.ReadAsync(SettingsAsync));
            Assert.Equal(("wal", 2, 0), settings);
        }

        static async Task<(string, long, long)> SettingsAsync(MetadataTransaction t, CancellationToken token) => (
            await t.QuerySingleAsync($"PRAGMA journal_mode", row => row.GetText(0), token) ?? "",
            await t.QuerySingleAsync($"PRAGMA synchronous", row => row.GetInt64(0), token),
            await t.QuerySingleAsync($"PRAGMA foreign_keys", row => row.GetInt64(0), token));
    }

    [Fact]
    public async Task A_new_process_finds_what_an_old_one_wrote()
    {
        using (var database = new SqliteMetadataDatabase(Path))
        {
            await new ModelRegistry(database).RegisterAsync(Registry.RegistryFixture.Draft("delay", 1));
        }

        using var again = new SqliteMetadataDatabase(Path);
        Assert.Equal(1, (await new ModelRegistry(again).GetAsync("delay", 1)).Number);
    }

    private async Task ExecuteAsync(string statement)
    {
        await using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // A constant of a test.
        command.CommandText = statement;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }
}
