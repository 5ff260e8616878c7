using System.Globalization;
using Apache.Arrow;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Workflow.Data.Lineage;
using Workflow.Data.Registry;
using Workflow.Data.Storage;

namespace Workflow.Cli.Tests.Registry;

public sealed class RegistryCommandsTests : IAsyncLifetime
{
    private readonly ToolFolder _folder = new();

    public async ValueTask InitializeAsync()
    {
        await using var services = new ServiceCollection().AddWorkflowData(o => o.Root = _folder["workflow"]).Services.BuildServiceProvider();
        var registry = services.GetRequiredService<ModelRegistry>();
        for (var i = 1; i <= 3; i++)
        {
            await registry.RegisterAsync(new ModelVersionDraft
            {
                Name = "delay",
                Artifact = await services.GetRequiredService<IObjectStore>().PutAsync(new MemoryStream([(byte)i])),
                Format = "onnx",
                Signature = new ModelSignature { Inputs = new Schema([], null), Outputs = new Schema([], null) },
                Facts = new Dictionary<string, string> { ["auc"] = (0.6 + (i / 10.0)).ToString(CultureInfo.InvariantCulture) },
                CreatedBy = "trainer",
            });
        }

        await services.GetRequiredService<LineageStore>().LinkRunAsync(new RunLineage { RunId = "r1", Commit = "abc", Models = ["delay/1"] });
    }

    public ValueTask DisposeAsync()
    {
        SqliteConnection.ClearAllPools();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Search_finds_by_tags_facts_and_stage_page_by_page()
    {
        await DoneAsync("models", "tag", "delay/2", "team", "flights");
        await DoneAsync("models", "alias", "delay/3", "production");
        Assert.Equal("delay/2 team=flights", (await DoneAsync("models", "search", "--tag", "team=flights", "--name", "del")).Output.Trim());
        Assert.Equal("delay/3 (production)", (await DoneAsync("models", "search", "--stage", "production", "--fact", "auc>=0.85")).Output.Trim());
        var page = (await _folder.RunAsync("models", "search", "--fact", "auc != 0.7", "--limit", "1", "--json")).Done().Json();
        Assert.Equal((2, "delay/2"), (page.GetProperty("versions")[0].GetProperty("version").GetInt32(), page.GetProperty("next").GetString()));
        page = (await DoneAsync("models", "search", "--after", "delay/2", "--json")).Json();
        Assert.Equal("Production", page.GetProperty("versions")[0].GetProperty("stage").GetString());
        await DoneAsync("models", "tag", "delay/2", "team", "--remove");
        Assert.Empty((await DoneAsync("models", "search", "--tag", "team")).Output);
        (await _folder.RunAsync("models", "search", "--fact", "auc~1")).Refused(2, "auc~1");
        (await _folder.RunAsync("models", "search", "--stage", "live")).Refused(2, "live");
        (await _folder.RunAsync("models", "tag", "delay/2", "team")).Refused(2, "--remove");
    }

    [Fact]
    public async Task A_protected_alias_asks_for_evidence_and_a_version_in_use_stays()
    {
        await DoneAsync("models", "protect", "delay@champion");
        (await _folder.RunAsync("models", "alias", "delay/1", "champion")).Refused(2, "protected", "delay@champion");
        await DoneAsync("models", "alias", "delay/1", "champion", "--evidence", ContentDigest.Of([1]).ToString());
        await DoneAsync("models", "alias", "delay/2", "champion", "--override", "the gate is down");
        (await _folder.RunAsync("models", "delete", "delay/2")).Refused(2, "delay@champion points at it");
        (await _folder.RunAsync("models", "delete", "delay")).Refused(2, "NAME/NUMBER");
        Assert.Equal("delay/3 is deleted", (await DoneAsync("models", "delete", "delay/3")).Output.Trim());
        (await _folder.RunAsync("models", "show", "delay/3")).Refused(2, "delay/3");
        Assert.Equal("delay/3 is there again", (await DoneAsync("models", "restore", "delay/3")).Output.Trim());
        Assert.StartsWith("intact", (await DoneAsync("models", "audit", "verify")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_copy_lands_in_another_root_with_its_lineage()
    {
        Assert.Equal("delay/1 is copied as prod/1", (await DoneAsync("models", "copy", "delay/1", "--name", "prod", "--to-root", "other")).Output.Trim());
        var copied = (await DoneAsync("models", "show", "prod/1", "--root", "other", "--json")).Json();
        Assert.Equal("delay/1", copied.GetProperty("facts").GetProperty("copied.from").GetString());
        var graph = (await DoneAsync("lineage", "show", "model:prod/1", "--root", "other", "--json")).Json();
        Assert.Equal(["commit", "foreign-model", "model", "run"], graph.GetProperty("nodes").EnumerateArray().Select(n => n.GetProperty("kind").GetString()));
        (await _folder.RunAsync("models", "copy", "delay/1")).Refused(2, "onto itself");
    }

    [Fact]
    public async Task Lineage_is_shown_both_ways()
    {
        Assert.Equal("model:delay/1\n  run:r1\n    commit:abc\n", (await DoneAsync("lineage", "show", "model:delay/1")).Output);
        Assert.Equal("commit:abc\n    model:delay/1\n", (await DoneAsync("lineage", "show", "commit:abc", "--down", "--kind", "model")).Output);
        Assert.StartsWith("digraph lineage {", (await DoneAsync("lineage", "show", "commit:abc", "--down", "--dot")).Output, StringComparison.Ordinal);
        (await _folder.RunAsync("lineage", "show", "delay")).Refused(2, "KIND:ID");
        (await _folder.RunAsync("lineage", "show", "commit:abc", "--up", "--down")).Refused(2, "not both");
    }

    private async Task<ToolResult> DoneAsync(params string[] arguments)
    {
        var result = (await _folder.RunAsync(arguments)).Done();
        Assert.Equal("", result.Error);
        return result;
    }
}
