using Workflow.Data.Metadata;
using Workflow.Features.Catalog;
using Workflow.Features.Definitions;
using Xunit;

namespace Workflow.Testing.Features;

/// <summary>What the registry of definitions has to do on every <see cref="MetadataDatabase"/>. Derive a public test class from it.</summary>
public abstract class DefinitionRegistryConformance
{
    private const string Yaml = """
        entities: { driver: { keys: { id: int64 } }, rider: { keys: { id: int64 } } }
        views:
          stats:
            entity: driver
            source: { path: stats.csv, event_time: t }
            owner: fleet
            sensitivity: personal
            tags: { team: pricing, "tier%": "ÄÖ" }
            features: { rating: { latest: rating }, trips: { count: "*" } }
          riders:
            entity: rider
            source: { path: stats.csv, event_time: t }
            description: how riders behave
            features: { trips: { count: "*" } }
        services:
          pricing: [stats.rating, riders]
        """;

    /// <summary>Opens the database under test once more, as another process would. It is empty at the start of a test.</summary>
    /// <param name="timeProvider">The clock of the new object.</param>
    protected abstract MetadataDatabase Open(TimeProvider timeProvider);

    /// <summary>Versions follow the meaning, everything else changes in place.</summary>
    [Fact]
    public async Task A_change_of_meaning_makes_a_version_and_other_changes_do_not()
    {
        using var database = Open(TimeProvider.System);
        var registry = new DefinitionRegistry(database);
        Assert.Equal(["stats@1 True", "riders@1 True", "pricing@1 True"], await ApplyAsync(registry, Yaml));
        Assert.Equal(["stats@1 False", "riders@1 False", "pricing@1 False"], await ApplyAsync(registry, Yaml.Replace("fleet", "city", StringComparison.Ordinal)));
        Assert.Equal(["stats@2 True", "riders@1 False", "pricing@2 True"], await ApplyAsync(registry, Yaml.Replace("latest: rating", "latest: stars", StringComparison.Ordinal)));
        Assert.Equal(["stats@3 True", "riders@1 False", "pricing@3 True"], await ApplyAsync(registry, Yaml));

        var versions = await registry.ListVersionsAsync("stats");
        Assert.Equal([1L, 2, 3], versions.Select(static v => v.Version));
        Assert.Equal(versions[0].Digest, versions[2].Digest);
        Assert.Equal(("city", "fleet", "personal", "ÄÖ"), (versions[0].Owner, versions[2].Owner, versions[2].Sensitivity, versions[2].Tags["tier%"]));
        Assert.Equal(7, (await registry.ListVersionsAsync()).Length);
    }

    /// <summary>Every condition of a search, alone and together.</summary>
    [Fact]
    public async Task Finds_by_text_tag_owner_and_entity()
    {
        using var database = Open(TimeProvider.System);
        var registry = new DefinitionRegistry(database);
        await ApplyAsync(registry, Yaml);
        Assert.Equal(["riders", "stats", "pricing"], await NamesAsync(registry, new DefinitionSearch()));
        Assert.Equal(["stats"], await NamesAsync(registry, new DefinitionSearch { Owner = "fleet" }));
        Assert.Equal(["riders"], await NamesAsync(registry, new DefinitionSearch { Entity = "rider" }));
        Assert.Equal(["stats"], await NamesAsync(registry, new DefinitionSearch { Tag = "tier%" }));
        Assert.Empty(await NamesAsync(registry, new DefinitionSearch { Tag = "team", TagValue = "other" }));
        Assert.Equal(["riders"], await NamesAsync(registry, new DefinitionSearch { Text = "BEHAVE" }));
        Assert.Empty(await NamesAsync(registry, new DefinitionSearch { Text = "behave", Owner = "fleet" }));
        Assert.Equal([new FeatureUse("pricing", "riders", "trips")], await registry.UsesAsync("riders"));
        Assert.Equal(Yaml, (await registry.FileAsync(DefinitionKind.Service, "pricing"))!.Content);
        Assert.Null(await registry.FileAsync(DefinitionKind.View, "pricing"));
    }

    /// <summary>A file with a fault, or one that is cancelled, changes nothing.</summary>
    [Fact]
    public async Task A_file_is_applied_whole_or_not_at_all()
    {
        using var database = Open(TimeProvider.System);
        var registry = new DefinitionRegistry(database);
        await Assert.ThrowsAsync<DefinitionException>(() => ApplyAsync(registry, Yaml.Replace("pricing: [stats", "pricing: [none", StringComparison.Ordinal)));
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => registry.ApplyAsync(new DefinitionOrder(Yaml, "/features/f.yaml", "tests"), cancelled.Token));
        Assert.Empty(await registry.ListVersionsAsync());
    }

    /// <summary>Appliers at the same time: each change of meaning gets one version, none is lost and none is given twice.</summary>
    [Fact]
    public async Task Appliers_at_the_same_time_lose_nothing()
    {
        using (var first = Open(TimeProvider.System))
        {
            await ApplyAsync(new DefinitionRegistry(first), Yaml);
        }

        var changes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            using var database = Open(TimeProvider.System);
            return await ApplyAsync(new DefinitionRegistry(database), Yaml.Replace("latest: rating", $"latest: rating_{i}", StringComparison.Ordinal));
        })));
        Assert.Equal(Enumerable.Range(2, 8).Select(static v => $"stats@{v} True"), changes.Select(static c => c[0]).Order(StringComparer.Ordinal));
        using var after = Open(TimeProvider.System);
        var versions = await new DefinitionRegistry(after).ListVersionsAsync("stats");
        Assert.Equal(9, versions.Select(static v => v.Digest).Distinct().Count());
    }

    private static async Task<List<string>> ApplyAsync(DefinitionRegistry registry, string content) =>
        [.. (await registry.ApplyAsync(new DefinitionOrder(content, "/features/f.yaml", "tests"))).Select(static c => $"{c.Name}@{c.Version} {c.IsNew}")];

    private static async Task<IEnumerable<string>> NamesAsync(DefinitionRegistry registry, DefinitionSearch search) => (await registry.SearchAsync(search)).Select(static d => d.Name);
}
