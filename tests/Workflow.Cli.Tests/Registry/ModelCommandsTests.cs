using System.Globalization;
using Apache.Arrow;
using Apache.Arrow.Types;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Workflow.Data.Registry;
using Workflow.Data.Storage;

namespace Workflow.Cli.Tests.Registry;

public sealed class ModelCommandsTests : IAsyncLifetime
{
    private readonly ToolFolder _folder = new();

    public async ValueTask InitializeAsync()
    {
        await using var services = new ServiceCollection().AddWorkflowData(o => o.Root = _folder["workflow"]).Services.BuildServiceProvider();
        var registry = services.GetRequiredService<ModelRegistry>();
        for (var i = 1; i <= 2; i++)
        {
            await registry.RegisterAsync(new ModelVersionDraft
            {
                Name = "delay",
                Artifact = ContentDigest.Of([(byte)i]),
                Format = "onnx",
                Signature = new ModelSignature
                {
                    Inputs = new Schema([new Field("distance", FloatType.Default, nullable: false)], metadata: null),
                    Outputs = new Schema([new Field("score", FloatType.Default, nullable: false)], metadata: null),
                },
                RunId = "run-" + i.ToString(CultureInfo.InvariantCulture),
                Facts = new Dictionary<string, string> { ["auc"] = "0.75" },
                CreatedBy = "trainer",
            });
        }

        await registry.SetAliasAsync(new AliasChange { Model = "delay", Alias = "champion", Version = 1, Actor = "gate", Reason = "first" });
    }

    public ValueTask DisposeAsync()
    {
        SqliteConnection.ClearAllPools();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task List_names_models_versions_and_aliases()
    {
        Assert.Equal("delay: 2 version(s), champion is 1", (await RunAsync("list")).Output.Trim());

        var models = (await RunAsync("list", "--json")).Json();
        var model = Assert.Single(models.EnumerateArray());
        Assert.Equal("delay", model.GetProperty("name").GetString());
        Assert.Equal([1, 2], model.GetProperty("versions").EnumerateArray().Select(v => v.GetProperty("version").GetInt64()).Order());
        Assert.Equal("champion", model.GetProperty("aliases")[0].GetProperty("alias").GetString());
    }

    [Theory]
    [InlineData("delay@champion", 1)]
    [InlineData("delay/2", 2)]
    public async Task Show_gives_one_version(string reference, long number)
    {
        var version = (await RunAsync("show", reference, "--json")).Json();
        Assert.Equal(number, version.GetProperty("version").GetInt64());
        Assert.Equal(ContentDigest.Of([(byte)number]).ToString(), version.GetProperty("artifact").GetString());
        Assert.Equal("0.75", version.GetProperty("facts").GetProperty("auc").GetString());
        Assert.Contains("distance", version.GetProperty("signature").GetRawText(), StringComparison.Ordinal);

        var text = (await RunAsync("show", reference)).Output;
        Assert.StartsWith($"delay/{number}", text, StringComparison.Ordinal);
        Assert.Contains($"run-{number}", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_gives_a_whole_model()
    {
        Assert.Equal(2, (await RunAsync("show", "delay", "--json")).Json().GetProperty("versions").GetArrayLength());
        Assert.Contains("delay/1 (champion)", (await RunAsync("show", "delay")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_alias_moves_and_is_given_back_and_the_log_stays_intact()
    {
        var moved = (await RunAsync("alias", "delay/2", "champion", "--reason", "gate 17", "--actor", "ana", "--json")).Json();
        Assert.Equal((2, 1, "ana", "gate 17"), (moved.GetProperty("version").GetInt64(), moved.GetProperty("previousVersion").GetInt64(), moved.GetProperty("actor").GetString(), moved.GetProperty("reason").GetString()));
        Assert.Equal("delay@champion is delay/2 (generation 2)", (await RunAsync("alias", "delay@champion", "champion", "-m", "again")).Output.Trim().Replace("generation 3", "generation 2", StringComparison.Ordinal));

        Assert.Equal(1, (await RunAsync("rollback", "delay@champion", "--reason", "errors", "--json")).Json().GetProperty("version").GetInt64());
        Assert.Contains("delay/1 (champion)", (await RunAsync("show", "delay")).Output, StringComparison.Ordinal);

        Assert.StartsWith("intact: ", (await RunAsync("audit", "verify")).Output, StringComparison.Ordinal);
        var report = (await RunAsync("audit", "verify", "--json")).Json();
        Assert.True(report.GetProperty("intact").GetBoolean());
        Assert.True(report.GetProperty("entries").GetInt64() >= 5);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, report.GetProperty("fault").ValueKind);
    }

    [Fact]
    public async Task What_is_not_there_is_named_with_what_is()
    {
        (await _folder.RunAsync("models", "show", "other")).Refused(2, "'other'", "delay");
        (await _folder.RunAsync("models", "show", "delay/9", "--json")).Refused(2, "delay/9", "delay/1");
        (await _folder.RunAsync("models", "alias", "delay@nobody", "champion")).Refused(2, "delay@nobody", "delay@champion");
        (await _folder.RunAsync("models", "alias", "delay/2", "not allowed")).Refused(2, "not allowed");
        (await _folder.RunAsync("models", "rollback", "delay")).Refused(2, "NAME@ALIAS", "'delay'");
        (await _folder.RunAsync("models", "rollback", "delay@nobody")).Refused(2, "nobody");
        (await _folder.RunAsync("models", "rollback", "delay@champion")).Refused(2, "champion");
    }

    [Theory]
    [InlineData("UPDATE data_audit_entries SET details = replace(details, 'first', 'forged') WHERE sequence = 3", "entry 3")]
    [InlineData("DELETE FROM data_audit_entries WHERE sequence = 2", "entry 3")]
    [InlineData("UPDATE data_alias_assignments SET version = 2", "delay@champion")]
    public async Task An_edited_registry_is_found_and_the_entry_named(string forgery, string names)
    {
        Forge(forgery);
        (await _folder.RunAsync("models", "audit", "verify")).Refused(1, names);

        var result = await _folder.RunAsync("models", "audit", "verify", "--json");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(names, result.Error, StringComparison.Ordinal);
        Assert.False(result.Json().GetProperty("intact").GetBoolean());
        Assert.NotEmpty(result.Json().GetProperty("fault").GetProperty("what").GetString()!);
    }

    [Fact]
    public async Task A_root_without_state_holds_nothing_and_stays_that_way()
    {
        using var empty = new ToolFolder();
        var list = (await empty.RunAsync("models", "list", "--json", "--root", "x/state")).Done();
        Assert.Equal(("[]", ""), (list.Output.Trim(), list.Error));
        list = (await empty.RunAsync("models", "list", "--root", "x/state")).Done();
        Assert.Equal("", list.Output);
        Assert.Contains(empty["x", "state"], list.Error, StringComparison.Ordinal);

        // A check must not call intact what is not there.
        (await empty.RunAsync("models", "audit", "verify", "--json")).Refused(2, empty["workflow"]);
        (await empty.RunAsync("models", "show", "delay")).Refused(2, empty["workflow"]);
        (await empty.RunAsync("models", "alias", "delay/1", "champion")).Refused(2, empty["workflow"]);
        (await empty.RunAsync("models", "rollback", "delay@champion")).Refused(2, empty["workflow"]);
        Assert.Empty(empty.Entries);
    }

    [Fact]
    public async Task What_is_no_registry_is_refused_and_left_alone()
    {
        using var other = new ToolFolder();
        File.WriteAllText(other["metadata.db"], new string('x', 5000));
        (await other.RunAsync("models", "list", "--json", "--root", ".")).Refused(2, other["metadata.db"]);
        Assert.Equal(new string('x', 5000), File.ReadAllText(other["metadata.db"]));

        (await other.RunAsync("models", "list", "--root", "metadata.db/below")).Done();
    }

    [Fact]
    public async Task A_cancelled_change_changes_nothing()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        (await _folder.RunAsync(["models", "alias", "delay/2", "champion"], cancelled.Token)).Refused(2, "cancelled");
        Assert.Equal(1, (await RunAsync("show", "delay@champion", "--json")).Json().GetProperty("version").GetInt64());
    }

    private async Task<ToolResult> RunAsync(params string[] arguments)
    {
        var result = (await _folder.RunAsync(["models", .. arguments])).Done();
        Assert.Equal("", result.Error);
        return result;
    }

    private void Forge(string statement)
    {
        using var connection = new SqliteConnection($"Data Source={_folder["workflow", "metadata.db"]}");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // A forger's SQL is what these tests are about.
        command.CommandText = statement;
#pragma warning restore CA2100
        Assert.NotEqual(0, command.ExecuteNonQuery());
    }
}
