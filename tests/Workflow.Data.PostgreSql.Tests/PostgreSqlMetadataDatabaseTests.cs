using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using Workflow.Data.Metadata;
using Workflow.Data.Registry;

namespace Workflow.Data.PostgreSql.Tests;

public sealed class PostgreSqlMetadataDatabaseTests
{
    private readonly PostgreSqlServer _server;
    private readonly string _schema = "t_" + Guid.NewGuid().ToString("n");

    public PostgreSqlMetadataDatabaseTests(PostgreSqlServer server)
    {
        server.Require();
        _server = server;
    }

    [Fact]
    public async Task A_host_swaps_to_it_in_one_call()
    {
        var services = new ServiceCollection();
        services.AddWorkflowData().UsePostgreSql(o => (o.ConnectionString, o.Schema) = (_server.ConnectionString, _schema));
        services.AddWorkflowData();
        using var provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        provider.GetRequiredService<IStartupValidator>().Validate();
        Assert.IsType<PostgreSqlMetadataDatabase>(provider.GetRequiredService<MetadataDatabase>());
        Assert.Empty(await provider.GetRequiredService<ModelRegistry>().ListAsync());
        Assert.Equal(1L, await _server.ExecuteAsync($"SELECT count(*) FROM pg_tables WHERE schemaname = '{_schema}' AND tablename = 'data_model_versions'"));
    }

    [Fact]
    public async Task A_data_source_of_the_host_is_used_and_left_open()
    {
        await using var source = NpgsqlDataSource.Create(_server.ConnectionString);
        var services = new ServiceCollection().AddSingleton(source);
        services.AddWorkflowData().UsePostgreSql(o => o.Schema = _schema);
        await using (var provider = services.BuildServiceProvider())
        {
            provider.GetRequiredService<IStartupValidator>().Validate();
            Assert.Empty(await provider.GetRequiredService<ModelRegistry>().ListAsync());
        }

        await using var connection = await source.OpenConnectionAsync();
    }

    [Fact]
    public void Bad_options_are_all_named_and_the_password_is_not()
    {
        var services = new ServiceCollection();
        services.AddWorkflowData().UsePostgreSql(o =>
            (o.ConnectionString, o.Schema, o.WriteTimeout, o.IdleTimeout) = ("Passwrod=s3cret", "Robert'); DROP", TimeSpan.Zero, TimeSpan.FromDays(1)));
        using var provider = services.BuildServiceProvider();
        var error = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IStartupValidator>().Validate());
        Assert.Equal(4, error.Failures.Count());
        Assert.DoesNotContain("s3cret", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new PostgreSqlMetadataDatabase(new PostgreSqlOptions()));

        services = new ServiceCollection();
        services.AddWorkflowData().UsePostgreSql();
        using var other = services.BuildServiceProvider();
        Assert.Contains("NpgsqlDataSource", Assert.Throws<OptionsValidationException>(() => other.GetRequiredService<IStartupValidator>().Validate()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host=/nowhere;Username=tests;Password=s3cret", true, "cannot be reached")]
    [InlineData("{server};Database=missing", false, "no such database")]
    [InlineData("{server};Username=nobody", false, "refuses the role")]
    public async Task What_the_server_says_is_explained_without_secrets(string connection, bool isTransient, string says)
    {
        using var database = new PostgreSqlMetadataDatabase(new PostgreSqlOptions
        {
            ConnectionString = connection.Replace("{server}", _server.ConnectionString, StringComparison.Ordinal),
            Schema = _schema,
        });
        var error = await Assert.ThrowsAsync<MetadataException>(() => new ModelRegistry(database).ListAsync());
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.Equal((isTransient, database.Place), (error.IsTransient, error.Place));
        Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_without_rights_is_told_what_it_needs()
    {
        await _server.ExecuteAsync($"CREATE ROLE {_schema} LOGIN");
        using var database = new PostgreSqlMetadataDatabase(new PostgreSqlOptions { ConnectionString = _server.ConnectionString + $";Username={_schema}", Schema = _schema });
        var error = await Assert.ThrowsAsync<MetadataException>(() => new ModelRegistry(database).ListAsync());
        Assert.Contains("CREATE on the database", error.Message, StringComparison.Ordinal);

        // A schema that was made for it is enough.
        await _server.ExecuteAsync($"CREATE SCHEMA {_schema} AUTHORIZATION {_schema}");
        Assert.Empty(await new ModelRegistry(database).ListAsync());
    }

    [Fact]
    public async Task A_writer_waits_for_its_turn_only_so_long()
    {
        using var first = _server.Open(_schema);
        using var second = new PostgreSqlMetadataDatabase(new PostgreSqlOptions { ConnectionString = _server.ConnectionString, Schema = _schema, WriteTimeout = TimeSpan.FromSeconds(1) });
        await first.WriteAsync(async (_, token) =>
        {
            var error = await Assert.ThrowsAsync<MetadataException>(() => second.WriteAsync((_, _) => Task.FromResult(true), token));
            Assert.Contains("another process has been writing", error.Message, StringComparison.Ordinal);
            Assert.True(error.IsTransient);

            // Readers, and writers of other schemas, wait for nobody.
            using var other = _server.Open(_schema[..30]);
            await other.WriteAsync((_, _) => Task.FromResult(true), token);
            return await second.ReadAsync((_, _) => Task.FromResult(true), token);
        });
        Assert.True(await second.WriteAsync((_, _) => Task.FromResult(true)));
    }

    [Fact]
    public async Task A_stopped_writer_is_cut_off_and_writes_nothing()
    {
        using var stopped = new PostgreSqlMetadataDatabase(new PostgreSqlOptions { ConnectionString = _server.ConnectionString, Schema = _schema, IdleTimeout = TimeSpan.FromSeconds(1) });
        using var other = _server.Open(_schema);
        await other.WriteAsync((t, token) => t.ExecuteAsync($"CREATE TABLE data_t (id BIGINT)", token));
        var error = await Assert.ThrowsAsync<MetadataException>(() => stopped.WriteAsync(async (t, token) =>
        {
            await t.ExecuteAsync($"INSERT INTO data_t (id) VALUES (1)", token);

            // Waits until the server has given the turn to somebody else.
            await other.WriteAsync((u, inner) => u.ExecuteAsync($"INSERT INTO data_t (id) VALUES (2)", inner), token);
            return await t.ExecuteAsync($"INSERT INTO data_t (id) VALUES (3)", token);
        }));
        Assert.True(error.IsTransient);
        Assert.Equal([2L], await other.ReadAsync((t, token) => t.QueryAsync($"SELECT id FROM data_t", r => r.GetInt64(0), token)));
    }

    [Fact]
    public async Task Reading_cannot_write_and_writing_is_durable_where_the_server_is_not()
    {
        using var database = _server.Open(_schema);
        await database.WriteAsync((t, token) => t.ExecuteAsync($"CREATE TABLE data_t (id BIGINT)", token));
        await Assert.ThrowsAsync<MetadataException>(() => database.ReadAsync((t, token) => t.ExecuteAsync($"INSERT INTO data_t (id) VALUES (1)", token)));

        using var careless = new PostgreSqlMetadataDatabase(new PostgreSqlOptions { ConnectionString = _server.ConnectionString + ";Options=-c synchronous_commit=off", Schema = _schema });
        var settings = await careless.WriteAsync((t, token) => t.QueryAsync($"SELECT current_setting('synchronous_commit')", r => r.GetText(0), token));
        Assert.Equal(["on"], settings);
    }

    [Fact]
    public async Task Text_that_one_of_the_engines_would_not_keep_is_refused_by_both()
    {
        using var database = _server.Open(_schema);
        foreach (var bad in new[] { "a\0b", "\ud83d", "\ude00\ud83d" })
        {
            await Assert.ThrowsAsync<ArgumentException>(() => database.ReadAsync((t, token) => t.QueryAsync($"SELECT {bad}", r => r.GetText(0), token)));
        }

        Assert.Equal(["😀"], await database.ReadAsync((t, token) => t.QueryAsync($"SELECT CAST({"😀"} AS TEXT)", r => r.GetText(0), token)));
    }
}
