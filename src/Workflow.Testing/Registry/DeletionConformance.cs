using System.Text;
using Workflow.Data.Lineage;
using Workflow.Data.Metadata;
using Workflow.Data.Registry;
using Workflow.Data.Storage;
using Workflow.Testing.Metadata;
using Xunit;

namespace Workflow.Testing.Registry;

/// <summary>What deleting, purging and copying versions has to do on every <see cref="MetadataDatabase"/>. Derive a public test class from it.</summary>
public abstract class DeletionConformance : IDisposable
{
    private readonly SettableClock _clock = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("workflow-deletion-");

    /// <summary>Opens the database under test once more, as another process would. It is empty at the start of a test.</summary>
    /// <param name="timeProvider">The clock of the new object.</param>
    protected abstract MetadataDatabase Open(TimeProvider timeProvider);

    /// <summary>Opens a second, other, empty database.</summary>
    /// <param name="timeProvider">The clock of the new object.</param>
    protected abstract MetadataDatabase OpenOther(TimeProvider timeProvider);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>A version in use, whatever for, stays; every use is named.</summary>
    [Fact]
    public async Task A_version_in_use_is_not_deleted()
    {
        using var database = Open(_clock);
        var registry = await RegistryConformance.WithVersionsAsync(database, "delay", 4);
        await registry.RegisterAsync(RegistryDrafts.Version("student", 9));
        await new LineageStore(database).LinkRunAsync(new RunLineage { RunId = "distil", Models = ["student/1"] });
        await new LineageStore(database).LinkAsync([new LineageEdge(new("model", "delay/1"), new("run", "distil"), "taught", _clock.GetUtcNow())]);
        await registry.SetAliasAsync(RegistryDrafts.Change("student", "champion", 1));
        await registry.SetAliasAsync(RegistryDrafts.Change("delay", "champion", 2));
        await registry.SetAliasAsync(RegistryDrafts.Change("delay", "champion", 3));

        await RequireRefusedAsync(1, "student@champion");
        await RequireRefusedAsync(2, "rollback of delay@champion");
        await RequireRefusedAsync(3, "delay@champion points");
        await registry.DeleteVersionAsync(RegistryDrafts.Deletion("delay", 4));
        await registry.RemoveAliasAsync(RegistryDrafts.Removal("student", "champion"));

        // What a rollback of a removed alias leads to is no live use: student@champion has no holder.
        await registry.DeleteVersionAsync(RegistryDrafts.Deletion("delay", 1));
        await RegistryConformance.RequireIntactAsync(registry);

        async Task RequireRefusedAsync(long version, string use)
        {
            var error = await Assert.ThrowsAsync<ModelInUseException>(() => registry.DeleteVersionAsync(RegistryDrafts.Deletion("delay", version)));
            Assert.Contains(error.Uses, u => u.Contains(use, StringComparison.Ordinal));
            Assert.Equal(version, (await registry.GetAsync("delay", version)).Number);
        }
    }

    /// <summary>A deleted version is nowhere to be found, keeps its number, and comes back as it was.</summary>
    [Fact]
    public async Task A_deleted_version_is_hidden_and_comes_back()
    {
        using var database = Open(_clock);
        var registry = await RegistryConformance.WithVersionsAsync(database, "delay", 2);
        var before = await registry.GetAsync("delay", 2);
        var deleted = await registry.DeleteVersionAsync(RegistryDrafts.Deletion("delay", 2));
        Assert.Equal(deleted, await registry.DeleteVersionAsync(RegistryDrafts.Deletion("delay", 2)));
        var missing = await Assert.ThrowsAsync<ModelNotFoundException>(() => registry.GetAsync("delay", 2));
        Assert.Equal(["delay/1"], missing.Available);
        Assert.Equal([1], (await registry.ListVersionsAsync("delay")).Select(v => v.Number));
        Assert.Equal("delay/1", (await registry.ListAsync()).Single().Latest.Reference);
        Assert.Equal(["delay/1"], (await registry.SearchAsync(new ModelSearch())).Hits.Select(h => h.Version.Reference));
        await Assert.ThrowsAsync<ModelNotFoundException>(() => registry.SetAliasAsync(RegistryDrafts.Change("delay", "champion", 2)));
        await Assert.ThrowsAsync<InvalidOperationException>(() => registry.RegisterAsync(RegistryDrafts.Version("delay", 2)));
        Assert.Equal(3, (await registry.RegisterAsync(RegistryDrafts.Version("delay", 3))).Number);

        var restored = await registry.RestoreVersionAsync(RegistryDrafts.Deletion("delay", 2));
        Assert.Equal((before.Artifact, before.CreatedAt), (restored.Artifact, restored.CreatedAt));
        await registry.RestoreVersionAsync(RegistryDrafts.Deletion("delay", 2));
        Assert.Equal(5, (await registry.VerifyAuditAsync()).Entries);
        await RegistryConformance.RequireIntactAsync(registry);
    }

    /// <summary>A purge removes the artifacts that nothing else has, after the grace, and may be repeated.</summary>
    [Fact]
    public async Task A_purge_removes_only_what_nobody_needs()
    {
        using var database = Open(TimeProvider.System);
        var registry = new ModelRegistry(database);
        var store = new LocalObjectStore(_folder.FullName);
        var digests = new List<ContentDigest>();
        foreach (var text in new[] { "gone", "shared", "evidence", "fresh" })
        {
            var draft = RegistryDrafts.Version("delay", 0);
            draft.Artifact = await PutAsync(store, text);
            digests.Add(draft.Artifact);
            await registry.RegisterAsync(draft);
        }

        var other = RegistryDrafts.Version("other", 0);
        other.Artifact = digests[1];
        await registry.RegisterAsync(other);
        var change = RegistryDrafts.Change("other", "champion", 1);
        change.Evidence = digests[2];
        await registry.SetAliasAsync(change);
        for (var i = 1; i <= 4; i++)
        {
            await registry.DeleteVersionAsync(RegistryDrafts.Deletion("delay", i));
        }

        // Nothing is old enough yet. A clock an hour ahead makes all of it so, but for what was just stored again.
        Assert.Empty((await registry.PurgeAsync(store, new ModelPurgeOptions { Actor = "janitor" })).Versions);
        var later = new SettableClock();
        later.Advance(TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(1) - later.GetUtcNow());
        using var ahead = Open(later);
        foreach (var digest in digests.Take(3))
        {
            File.SetLastWriteTimeUtc(Path.Combine(_folder.FullName, digest.Hex[..2], digest.Hex[2..]), new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        }

        File.SetLastWriteTimeUtc(Path.Combine(_folder.FullName, digests[3].Hex[..2], digests[3].Hex[2..]), later.GetUtcNow().UtcDateTime);
        var result = await new ModelRegistry(ahead).PurgeAsync(store, new ModelPurgeOptions { Actor = "janitor", Grace = TimeSpan.FromMinutes(30) });
        Assert.Equal(["delay/1", "delay/2", "delay/3", "delay/4"], result.Versions);
        Assert.Equal([digests[0]], result.Removed);
        Assert.Equal(3, result.Kept.Length);
        Assert.False(await store.ExistsAsync(digests[0]));
        Assert.True(await store.ExistsAsync(digests[1]) && await store.ExistsAsync(digests[2]) && await store.ExistsAsync(digests[3]));

        // Only what is too fresh is tried again.
        result = await new ModelRegistry(ahead).PurgeAsync(store, new ModelPurgeOptions { Actor = "janitor", Grace = TimeSpan.FromMinutes(30) });
        Assert.Equal((0, 0, 1), (result.Versions.Length, result.Removed.Length, result.Kept.Length));
        await Assert.ThrowsAsync<InvalidOperationException>(() => registry.RestoreVersionAsync(RegistryDrafts.Deletion("delay", 1)));
        await RegistryConformance.RequireIntactAsync(registry);
    }

    /// <summary>A copy has artifact, signature, facts, tags and lineage of the source, says where it came from, and is made once.</summary>
    [Fact]
    public async Task A_copy_says_where_it_came_from()
    {
        using var database = Open(_clock);
        using var otherDatabase = OpenOther(_clock);
        var source = new RegistryPlace(new ModelRegistry(database), new LocalObjectStore(Path.Combine(_folder.FullName, "a")), new LineageStore(database));
        var target = new RegistryPlace(new ModelRegistry(otherDatabase), new LocalObjectStore(Path.Combine(_folder.FullName, "b")), new LineageStore(otherDatabase));
        await target.Registry.RegisterAsync(RegistryDrafts.Version("prod-delay", 77));
        var draft = RegistryDrafts.Version("delay", 0, "run-1");
        draft.Artifact = await PutAsync(source.Objects, "the model");
        var version = await source.Registry.RegisterAsync(draft);
        await source.Registry.SetTagAsync(RegistryDrafts.Tag("delay", 1, "team", "flights"));
        await source.Registry.TransitionAsync(new StageChange { Model = "delay", Version = 1, Stage = ModelStage.Archived, Actor = "a", Reason = "b" });
        var data = new DatasetVersion { Name = "flights", Digest = RegistryDrafts.Digest(5), Schema = RegistryDrafts.Signature.Inputs, Rows = 3_000_000 };
        await source.Lineage!.LinkRunAsync(new RunLineage { RunId = "run-1", Datasets = [data], Commit = "abc", Models = ["delay/1"] });

        var copier = new ModelCopier(source, target);
        var order = new ModelCopyOrder { Reference = "delay/1", TargetName = "prod-delay", Actor = "release" };
        var copy = await copier.CopyAsync(order);
        Assert.Equal(copy.Number, (await copier.CopyAsync(order)).Number);
        Assert.Equal(("prod-delay/2", version.Artifact, "run-1"), (copy.Reference, copy.Artifact, copy.RunId));
        Assert.Equal(("delay/1", database.Place, draft.Facts["auc"]), (copy.Facts[ModelCopier.SourceFact], copy.Facts[ModelCopier.PlaceFact], copy.Facts["auc"]));
        Assert.Equal([new("team", "flights")], await target.Registry.GetTagsAsync("prod-delay", 2));
        await using (var stream = await target.Objects.OpenReadAsync(copy.Artifact))
        {
            Assert.Equal("the model", await new StreamReader(stream).ReadToEndAsync());
        }

        var provenance = await target.Lineage!.GetProvenanceAsync("prod-delay/2");
        Assert.Equal((3_000_000, "flights", "abc", "run-1"), (provenance.Datasets.Single().Rows, provenance.Datasets[0].Name, provenance.Commits.Single(), provenance.Runs.Single()));
        Assert.Contains(new LineageNode(LineageKinds.ForeignModel, $"{database.Place}#delay/1"), provenance.Graph.Nodes);
        await RegistryConformance.RequireIntactAsync(target.Registry);

        // A source that was tampered with is not copied from.
        await database.WriteAsync((t, token) => t.ExecuteAsync($"UPDATE data_registry_records SET value = 'forged' WHERE kind = 'tag' AND name = 'team'", token));
        await Assert.ThrowsAsync<InvalidDataException>(() => copier.CopyAsync(order));
    }

    /// <summary>Every record of the registry is what its log says: any edit, removal or addition is found.</summary>
    [Fact]
    public async Task Forged_records_are_found()
    {
        using var database = Open(_clock);
        var registry = await RegistryConformance.WithVersionsAsync(database, "delay", 2);
        await registry.SetTagAsync(RegistryDrafts.Tag("delay", 1, "team", "flights"));
        await registry.ProtectAliasAsync(new AliasProtection { Model = "delay", Alias = "champion", Actor = "a", Reason = "b" });
        await registry.DeleteVersionAsync(RegistryDrafts.Deletion("delay", 2));
        await RegistryConformance.RequireIntactAsync(registry);
        var records = await database.ReadAsync((t, token) => t.QueryAsync(
            $"SELECT kind, model, number, name, value FROM data_registry_records", r => (r.GetText(0), r.GetText(1), r.GetInt64(2), r.GetText(3), r.GetText(4)), token));
        Assert.Equal(3, records.Length);
        foreach (var (kind, model, number, name, value) in records)
        {
            await RequireFoundAsync($"UPDATE data_registry_records SET value = {value + " "} WHERE kind = {kind}");
            await RequireFoundAsync($"UPDATE data_registry_records SET name = {name + "x"} WHERE kind = {kind}");
            await RequireFoundAsync($"UPDATE data_registry_records SET number = {number + 5} WHERE kind = {kind}");
            await RequireFoundAsync($"UPDATE data_registry_records SET model = {model + "x"} WHERE kind = {kind}");
            await RequireFoundAsync($"DELETE FROM data_registry_records WHERE kind = {kind}");

            async Task RequireFoundAsync(SqlText forgery)
            {
                await database.WriteAsync((t, token) => t.ExecuteAsync(forgery, token));
                Assert.False((await registry.VerifyAuditAsync()).IsIntact, forgery.ToString());
                await database.WriteAsync(async (t, token) =>
                {
                    await t.ExecuteAsync($"DELETE FROM data_registry_records WHERE kind = {kind}", token);
                    return await t.ExecuteAsync($"INSERT INTO data_registry_records (kind, model, number, name, value) VALUES ({kind}, {model}, {number}, {name}, {value})", token);
                });
                await RegistryConformance.RequireIntactAsync(registry);
            }
        }

        await database.WriteAsync((t, token) => t.ExecuteAsync($"INSERT INTO data_registry_records (kind, model, number, name, value) VALUES ('tag', 'delay', 1, 'forged', 'x')", token));
        Assert.False((await registry.VerifyAuditAsync()).IsIntact);
    }

    /// <summary>Removes what the tests made.</summary>
    /// <param name="disposing">True, unless a finaliser calls.</param>
    protected virtual void Dispose(bool disposing) => _folder.Delete(recursive: true);

    private static Task<ContentDigest> PutAsync(IObjectStore store, string text) => store.PutAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)));
}
