using Microsoft.Data.Sqlite;
using Workflow.Data.Lineage;
using Workflow.Data.Metadata;
using Workflow.Data.Storage;

namespace Workflow.Cli.Tests.Features;

public sealed class DefinitionCommandsTests : IDisposable
{
    private const string Yaml = """
        entities: { driver: { keys: { id: int64 } }, rider: { keys: { id: int64 } } }
        views:
          stats:
            entity: driver
            source: { path: stats.csv, event_time: t }
            owner: fleet
            tags: { team: pricing }
            features: { rating: { latest: rating }, trips: { count: "*" } }
          riders:
            entity: rider
            source: { path: stats.csv, event_time: t }
            description: how riders behave
            features: { trips: { count: "*" } }
        services:
          pricing: [stats.rating]
        """;

    private readonly ToolFolder _folder = new();

    public DefinitionCommandsTests() => File.WriteAllText(_folder["f.yaml"], Yaml);

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_change_of_meaning_makes_a_version_and_other_changes_do_not()
    {
        Assert.Equal("view stats@1 new\nview riders@1 new\nservice pricing@1 new\n", (await Run("apply", "f.yaml")).Done().Output);
        await Edit("owner: fleet", "owner: city");
        Assert.Equal("view stats@1 unchanged\nview riders@1 unchanged\nservice pricing@1 unchanged\n", (await Run("apply", "f.yaml")).Done().Output);
        await Edit("latest: rating", "latest: stars");
        var json = (await Run("apply", "f.yaml", "--json")).Done().Json().GetProperty("definitions");
        Assert.Equal(["stats@2 True", "riders@1 False", "pricing@2 True"], json.EnumerateArray().Select(static d => $"{d.GetProperty("name")}@{d.GetProperty("version")} {d.GetProperty("new").GetBoolean()}"));
        var shown = (await Run("show", "stats", "--json")).Done().Json();
        Assert.Equal([1, 2], shown.GetProperty("versions").EnumerateArray().Select(static v => v.GetProperty("version").GetInt32()));
        Assert.Equal("city", shown.GetProperty("versions")[1].GetProperty("owner").GetString());
        Assert.Equal("pricing", Assert.Single(shown.GetProperty("uses").EnumerateArray()).GetProperty("service").GetString());
    }

    [Fact]
    public async Task A_view_shows_the_models_that_were_trained_on_it()
    {
        (await Run("apply", "f.yaml")).Done();
        var digest = (await Run("show", "stats", "--json")).Done().Json().GetProperty("versions")[0].GetProperty("digest").GetString()!;
        using (var database = new SqliteMetadataDatabase(_folder["workflow/metadata.db"]))
        {
            await new LineageStore(database).LinkRunAsync(new RunLineage { RunId = "run-1", FeatureViews = [ContentDigest.Parse(digest)], Models = ["delay/3"] }, TestContext.Current.CancellationToken);
        }

        var model = Assert.Single((await Run("show", "stats", "--json")).Done().Json().GetProperty("models").EnumerateArray());
        Assert.Equal(("delay/3", 1), (model.GetProperty("model").GetString(), model.GetProperty("version").GetInt32()));
        Assert.Contains("version 1 is used by model delay/3", (await Run("show", "stats")).Done().Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Finds_by_text_tag_owner_and_entity()
    {
        (await Run("apply", "f.yaml")).Done();
        Assert.Equal(["riders", "stats", "pricing"], await Names("list"));
        Assert.Equal(["stats"], await Names("search", "--owner", "fleet"));
        Assert.Equal(["riders"], await Names("search", "--entity", "rider"));
        Assert.Equal(["stats"], await Names("search", "--tag", "team=pricing"));
        Assert.Empty(await Names("search", "--tag", "team=other"));
        Assert.Equal(["riders"], await Names("search", "BEHAVE"));
        Assert.Equal(["stats", "pricing"], await Names("search", "rating"));
    }

    [Fact]
    public async Task Joins_by_what_was_applied()
    {
        await File.WriteAllTextAsync(_folder["stats.csv"], "id,t,rating\n1,2024-01-01T00:00:00Z,5\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_folder["labels.csv"], "id,t\n1,2024-01-02T00:00:00Z\n", TestContext.Current.CancellationToken);
        (await Run("apply", "f.yaml")).Done();
        File.Delete(_folder["f.yaml"]);
        (await Run("join", "labels.csv", "--service", "pricing", "--time", "t", "--out", "out.csv")).Done();
        Assert.Equal("id,t,stats.rating\n1,2024-01-02T00:00:00Z,5\n", await File.ReadAllTextAsync(_folder["out.csv"], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Bad_definitions_change_nothing()
    {
        await Edit("entity: driver", "entity: nobody");
        await Edit("pricing: [stats.rating]", "pricing: [missing.rating]");
        (await Run("apply", "f.yaml")).Refused(2, "line 4, views.stats.entity", "line 15, services.pricing[0]");
        Assert.False(Directory.Exists(_folder["workflow"]));
        (await Run("list")).Refused(2, "metadata.db");
        (await Run("apply", "gone.yaml")).Refused(2, "gone.yaml");
    }

    [Fact]
    public async Task An_unknown_name_says_which_there_are()
    {
        (await Run("apply", "f.yaml")).Done();
        (await Run("show", "other")).Refused(2, "'other'", "'stats'", "'pricing'");
        (await Run("join", "labels.csv", "--service", "other", "--out", "out.csv")).Refused(2, "'other'", "apply");
    }

    private async Task<IEnumerable<string?>> Names(params string[] arguments) =>
        (await Run([.. arguments, "--json"])).Done().Json().GetProperty("definitions").EnumerateArray().Select(static d => d.GetProperty("name").GetString());

    private async Task Edit(string from, string to) =>
        await File.WriteAllTextAsync(_folder["f.yaml"], (await File.ReadAllTextAsync(_folder["f.yaml"], TestContext.Current.CancellationToken)).Replace(from, to, StringComparison.Ordinal), TestContext.Current.CancellationToken);

    private Task<ToolResult> Run(params string[] arguments) => _folder.RunAsync(["features", .. arguments]);
}
