using System.Globalization;
using Workflow.Data.Metadata;
using Workflow.Data.Registry;
using Workflow.Testing.Metadata;
using Xunit;

namespace Workflow.Testing.Registry;

/// <summary>What the model registry has to do on every <see cref="MetadataDatabase"/>: aliases, tags, stages, search. Derive a public test class from it.</summary>
public abstract class RegistryConformance
{
    private readonly SettableClock _clock = new();

    /// <summary>Opens the database under test once more, as another process would. It is empty at the start of a test.</summary>
    /// <param name="timeProvider">The clock of the new object.</param>
    protected abstract MetadataDatabase Open(TimeProvider timeProvider);

    /// <summary>What is registered comes back, names in the order of their bytes.</summary>
    [Fact]
    public async Task Versions_and_models_come_back_in_the_order_of_their_bytes()
    {
        using var database = Open(_clock);
        var registry = new ModelRegistry(database);
        foreach (var name in new[] { "b", "B", "a_1", "a-1", "A", "a.1" })
        {
            Assert.Equal(1, (await registry.RegisterAsync(RegistryDrafts.Version(name, 1, "run"))).Number);
            Assert.Equal(1, (await registry.RegisterAsync(RegistryDrafts.Version(name, 1, "run"))).Number);
            Assert.Equal(2, (await registry.RegisterAsync(RegistryDrafts.Version(name, 2))).Number);
        }

        Assert.Equal(["A", "B", "a-1", "a.1", "a_1", "b"], (await registry.ListAsync()).Select(m => m.Name));
        Assert.Equal(["A/1", "A/2", "B/1", "B/2"], (await registry.SearchAsync(new ModelSearch { Limit = 4 })).Hits.Select(h => h.Version.Reference));
        var version = await registry.GetAsync("b", 1);
        Assert.Equal(("run", "trainer", _clock.GetUtcNow()), (version.RunId, version.CreatedBy, version.CreatedAt));
    }

    /// <summary>A move based on an old state is refused, whether the state is a generation or a lease.</summary>
    [Fact]
    public async Task A_stale_holder_moves_nothing()
    {
        using var database = Open(_clock);
        var registry = await WithVersionsAsync(database, "delay", 3);
        await registry.SetAliasAsync(RegistryDrafts.Change("delay", "champion", 1, expected: 0));
        await registry.SetAliasAsync(RegistryDrafts.Change("delay", "champion", 2, expected: 1));
        var conflict = await Assert.ThrowsAsync<AliasConflictException>(() => registry.SetAliasAsync(RegistryDrafts.Change("delay", "champion", 3, expected: 1)));
        Assert.Equal((1, 2), (conflict.ExpectedGeneration, conflict.ActualGeneration));

        var old = (await database.AcquireLeaseAsync("rollout/delay", TimeSpan.FromMinutes(1)))!;
        _clock.Advance(TimeSpan.FromMinutes(2));
        var now = (await database.AcquireLeaseAsync("rollout/delay", TimeSpan.FromMinutes(1)))!;
        var (stale, current) = (RegistryDrafts.Change("delay", "champion", 3), RegistryDrafts.Change("delay", "champion", 3));
        (stale.Lease, current.Lease) = (old, now);
        await Assert.ThrowsAsync<LeaseLostException>(() => registry.SetAliasAsync(stale));
        var rollback = RegistryDrafts.Rollback("delay", "champion");
        rollback.Lease = old;
        await Assert.ThrowsAsync<LeaseLostException>(() => registry.RollbackAsync(rollback));
        Assert.Equal(2, (await registry.ResolveAsync("delay@champion")).Number);
        Assert.Equal(3, (await registry.SetAliasAsync(current)).Generation);
        await RequireIntactAsync(registry);
    }

    /// <summary>An alias that was taken away has no holder, keeps its history, and comes back with a rollback.</summary>
    [Fact]
    public async Task An_alias_that_was_taken_away_comes_back_with_a_rollback()
    {
        using var database = Open(_clock);
        var registry = await WithVersionsAsync(database, "delay", 2);
        await Assert.ThrowsAsync<ModelNotFoundException>(() => registry.RemoveAliasAsync(RegistryDrafts.Removal("delay", "champion")));
        await registry.SetAliasAsync(RegistryDrafts.Change("delay", "champion", 1));
        await registry.SetAliasAsync(RegistryDrafts.Change("delay", "champion", 2));
        var removed = await registry.RemoveAliasAsync(RegistryDrafts.Removal("delay", "champion"));
        Assert.Equal((0, 2, 2, 3), (removed.Version, removed.PreviousVersion, removed.RollbackVersion, removed.Generation));
        Assert.Equal(removed, await registry.RemoveAliasAsync(RegistryDrafts.Removal("delay", "champion")));
        await Assert.ThrowsAsync<ModelNotFoundException>(() => registry.ResolveAsync("delay@champion"));
        Assert.Empty(await registry.GetAliasesAsync("delay"));

        Assert.Equal((2, null, 1, 4), Facts(await registry.RollbackAsync(RegistryDrafts.Rollback("delay", "champion"))));
        await registry.RemoveAliasAsync(RegistryDrafts.Removal("delay", "champion"));

        // Never back to nobody.
        Assert.Equal((1, null, 2, 6), Facts(await registry.SetAliasAsync(RegistryDrafts.Change("delay", "champion", 1))));
        Assert.Equal([1, 2, 0, 2, 0, 1], (await registry.GetAliasHistoryAsync("delay", "champion")).Select(a => a.Version));
        await RequireIntactAsync(registry);

        static (long, long?, long?, long) Facts(AliasAssignment a) => (a.Version, a.PreviousVersion, a.RollbackVersion, a.Generation);
    }

    /// <summary>A protected alias moves with evidence, or with a reason why there is none, which is audited; back it moves freely.</summary>
    [Fact]
    public async Task A_protected_alias_needs_evidence_or_an_override()
    {
        using var database = Open(_clock);
        var registry = await WithVersionsAsync(database, "delay", 3);
        var protection = new AliasProtection { Model = "delay", Alias = "champion", Actor = "owner", Reason = "serves customers" };
        Assert.True(await registry.ProtectAliasAsync(protection));
        Assert.False(await registry.ProtectAliasAsync(protection));
        Assert.Equal(["champion"], await registry.GetProtectedAliasesAsync("delay"));

        var refused = await Assert.ThrowsAsync<AliasProtectedException>(() => registry.SetAliasAsync(RegistryDrafts.Change("delay", "champion", 1)));
        Assert.Equal("delay@champion", refused.Reference);
        await registry.SetAliasAsync(RegistryDrafts.Change("delay", "challenger", 1));
        var (proven, excused) = (RegistryDrafts.Change("delay", "champion", 1), RegistryDrafts.Change("delay", "champion", 2));
        (proven.Evidence, excused.Override) = (RegistryDrafts.Digest(7), "the gate is down, ticket 12");
        await registry.SetAliasAsync(proven);
        await registry.SetAliasAsync(excused);
        await Assert.ThrowsAsync<AliasProtectedException>(() => registry.RemoveAliasAsync(RegistryDrafts.Removal("delay", "champion")));
        Assert.Equal(1, (await registry.RollbackAsync(RegistryDrafts.Rollback("delay", "champion"))).Version);

        protection.IsProtected = false;
        Assert.True(await registry.ProtectAliasAsync(protection));
        await registry.SetAliasAsync(RegistryDrafts.Change("delay", "champion", 3));
        var entries = await EntriesAsync(registry);
        Assert.Equal(["protect-alias", "set-alias", "set-alias", "set-alias", "rollback-alias", "unprotect-alias", "set-alias"], entries.Skip(3).Select(e => e.Action));
        Assert.Contains("\"override\":\"the gate is down, ticket 12\"", entries[6].Details, StringComparison.Ordinal);
        await RequireIntactAsync(registry);
    }

    /// <summary>Tags of models and versions are set, replaced and taken away.</summary>
    [Fact]
    public async Task Tags_come_back_and_are_audited()
    {
        using var database = Open(_clock);
        var registry = await WithVersionsAsync(database, "delay", 1);
        Assert.True(await registry.SetTagAsync(RegistryDrafts.Tag("delay", null, "team", "flights")));
        Assert.True(await registry.SetTagAsync(RegistryDrafts.Tag("delay", 1, "team", "rockets 🚀")));
        Assert.True(await registry.SetTagAsync(RegistryDrafts.Tag("delay", 1, "empty", "")));
        Assert.False(await registry.SetTagAsync(RegistryDrafts.Tag("delay", 1, "empty", "")));
        Assert.True(await registry.SetTagAsync(RegistryDrafts.Tag("delay", 1, "big", new string('x', 100_000))));
        Assert.True(await registry.SetTagAsync(RegistryDrafts.Tag("delay", 1, "big", null)));
        Assert.False(await registry.SetTagAsync(RegistryDrafts.Tag("delay", 1, "big", null)));
        Assert.Equal([new("team", "flights")], await registry.GetTagsAsync("delay"));
        Assert.Equal([new("empty", ""), new("team", "rockets 🚀")], await registry.GetTagsAsync("delay", 1));
        await Assert.ThrowsAsync<ModelNotFoundException>(() => registry.SetTagAsync(RegistryDrafts.Tag("delay", 2, "a", "b")));
        await Assert.ThrowsAsync<ModelNotFoundException>(() => registry.SetTagAsync(RegistryDrafts.Tag("other", null, "a", "b")));
        await Assert.ThrowsAsync<ArgumentException>(() => registry.SetTagAsync(RegistryDrafts.Tag("delay", 1, "workflow.stage", "x")));
        await RequireIntactAsync(registry);
    }

    /// <summary>MLflow's stages are aliases, Archived is a tag.</summary>
    [Fact]
    public async Task Stages_move_aliases()
    {
        using var database = Open(_clock);
        var registry = await WithVersionsAsync(database, "delay", 3);
        Assert.Equal(["staging"], (await TransitionAsync(1, ModelStage.Staging)).Select(a => a.Alias));
        Assert.Equal([("production", 1L), ("staging", 0L)], (await TransitionAsync(1, ModelStage.Production)).Select(a => (a.Alias, a.Version)));
        Assert.Empty(await TransitionAsync(1, ModelStage.Production));
        await TransitionAsync(2, ModelStage.Production, archiveExisting: true);
        await TransitionAsync(3, ModelStage.Production);
        await TransitionAsync(3, ModelStage.Staging);
        Assert.Equal(["Archived", "None", "Staging"], await StagesAsync());
        await TransitionAsync(1, ModelStage.None);
        await TransitionAsync(2, ModelStage.Production);
        await TransitionAsync(3, ModelStage.Archived);
        Assert.Equal(["None", "Production", "Archived"], await StagesAsync());
        foreach (var (stage, number) in new[] { (ModelStage.None, 1L), (ModelStage.Production, 2L), (ModelStage.Archived, 3L) })
        {
            Assert.Equal([number], (await registry.SearchAsync(new ModelSearch { Stage = stage })).Hits.Select(h => h.Version.Number));
        }

        Assert.Empty((await registry.SearchAsync(new ModelSearch { Stage = ModelStage.Staging })).Hits);
        await RequireIntactAsync(registry);

        Task<System.Collections.Immutable.ImmutableArray<AliasAssignment>> TransitionAsync(long version, ModelStage stage, bool archiveExisting = false) => registry.TransitionAsync(
            new StageChange { Model = "delay", Version = version, Stage = stage, ArchiveExisting = archiveExisting, Actor = "owner", Reason = "stage" });

        async Task<IEnumerable<string>> StagesAsync() => (await registry.SearchAsync(new ModelSearch())).Hits.Select(h => h.Stage.ToString());
    }

    /// <summary>Pages of a search together are what a filter over everything gives, whatever the page's size.</summary>
    [Fact]
    public async Task Pages_of_a_search_are_what_a_filter_gives()
    {
        using var database = Open(_clock);
        var registry = new ModelRegistry(database);
        for (var i = 0; i < 40; i++)
        {
            var name = new[] { "air", "air-late", "Air", "b" }[i % 4];
            var version = await registry.RegisterAsync(RegistryDrafts.Version(name, i));
            if (i % 3 == 0)
            {
                await registry.SetTagAsync(RegistryDrafts.Tag(name, version.Number, "third", (i % 2).ToString(CultureInfo.InvariantCulture)));
            }

            if (i % 5 == 0)
            {
                await registry.SetAliasAsync(RegistryDrafts.Change(name, "champion", version.Number));
            }
        }

        await registry.SetTagAsync(RegistryDrafts.Tag("b", null, "third", "1"));
        var all = (await registry.SearchAsync(new ModelSearch { Limit = 1000 })).Hits;
        Assert.Equal(40, all.Length);
        await RequireAsync(new ModelSearch { NamePrefix = "air" }, h => h.Version.Name.StartsWith("air", StringComparison.Ordinal));
        await RequireAsync(new ModelSearch { Tags = Tags("third", null) }, h => h.Tags.ContainsKey("third") || h.Version.Name == "b");
        await RequireAsync(new ModelSearch { Tags = Tags("third", "1"), NamePrefix = "a" }, h => h.Tags.GetValueOrDefault("third") == "1" && h.Version.Name[0] == 'a');
        await RequireAsync(new ModelSearch { Alias = "champion" }, h => h.Aliases.Contains("champion"));
        foreach (var comparison in Enum.GetValues<FactOperator>())
        {
            await RequireAsync(new ModelSearch { Facts = [new FactCondition("auc", comparison, 2)], NamePrefix = "air" }, h => h.Version.Name.StartsWith("air", StringComparison.Ordinal) && Compare(comparison, Auc(h)));
        }

        Assert.Empty((await registry.SearchAsync(new ModelSearch { Facts = [new FactCondition("none", FactOperator.NotEqual, 0)] })).Hits);
        await Assert.ThrowsAsync<ArgumentException>(() => registry.SearchAsync(new ModelSearch { Facts = [new FactCondition("auc", FactOperator.Above, double.NaN)] }));
        await Assert.ThrowsAsync<ArgumentException>(() => registry.SearchAsync(new ModelSearch { After = "air@champion" }));

        static double Auc(ModelSearchHit hit) => double.Parse(hit.Version.Facts["auc"], CultureInfo.InvariantCulture);

        static bool Compare(FactOperator comparison, double auc) => comparison switch
        {
            FactOperator.Below => auc < 2,
            FactOperator.AtMost => auc <= 2,
            FactOperator.Equal => auc == 2,
            FactOperator.NotEqual => auc != 2,
            FactOperator.AtLeast => auc >= 2,
            _ => auc > 2,
        };

        static Dictionary<string, string?> Tags(string name, string? value) => new(StringComparer.Ordinal) { [name] = value };

        async Task RequireAsync(ModelSearch search, Func<ModelSearchHit, bool> filter)
        {
            var expected = all.Where(filter).Select(h => h.Version.Reference).ToList();
            Assert.NotEmpty(expected);
            foreach (var limit in new[] { 1, 3, expected.Count, 1000 })
            {
                var found = new List<string>();
                (search.Limit, search.After) = (limit, null);
                do
                {
                    var page = await registry.SearchAsync(search);
                    Assert.InRange(page.Hits.Length, 1, limit);
                    found.AddRange(page.Hits.Select(h => h.Version.Reference));
                    search.After = page.Next;
                }
                while (search.After is not null);
                Assert.Equal(expected, found);
            }
        }
    }

    /// <summary>Of many who move one alias at once from the same state, one succeeds; nobody's generation is skipped.</summary>
    [Fact]
    public async Task Of_many_moves_from_one_state_one_takes_effect()
    {
        using var first = Open(_clock);
        using var second = Open(_clock);
        var registry = await WithVersionsAsync(first, "delay", 20);
        await registry.SetAliasAsync(RegistryDrafts.Change("delay", "champion", 1));
        var other = new ModelRegistry(second);
        var moved = 0;
        await Parallel.ForAsync(2, 21, async (i, token) =>
        {
            try
            {
                await (i % 2 == 0 ? registry : other).SetAliasAsync(RegistryDrafts.Change("delay", "champion", i, expected: 1), token);
                Interlocked.Increment(ref moved);
            }
            catch (AliasConflictException)
            {
            }
        });
        Assert.Equal(1, moved);
        await Parallel.ForAsync(0, 30, async (i, token) => await (i % 2 == 0 ? registry : other).SetAliasAsync(RegistryDrafts.Change("delay", "champion", 1 + (i % 20)), token));
        var history = await registry.GetAliasHistoryAsync("delay", "champion");
        Assert.Equal(Enumerable.Range(1, history.Length).Select(i => (long)i), history.Select(a => a.Generation));
        await RequireIntactAsync(registry);
    }

    internal static async Task RequireIntactAsync(ModelRegistry registry)
    {
        var report = await registry.VerifyAuditAsync();
        Assert.True(report.IsIntact, report.FirstFault?.What);
    }

    internal static async Task<ModelRegistry> WithVersionsAsync(MetadataDatabase database, string model, int count)
    {
        var registry = new ModelRegistry(database);
        for (var i = 1; i <= count; i++)
        {
            await registry.RegisterAsync(RegistryDrafts.Version(model, i));
        }

        return registry;
    }

    private static async Task<List<AuditEntry>> EntriesAsync(ModelRegistry registry)
    {
        var entries = new List<AuditEntry>();
        await foreach (var entry in registry.ReadAuditAsync())
        {
            entries.Add(entry);
        }

        return entries;
    }
}
