using Workflow.Data.Registry;

namespace Workflow.Data.Tests.Registry;

public sealed class ModelRegistryTests : IDisposable
{
    private readonly RegistryFixture _fixture = new();

    private ModelRegistry Registry => _fixture.Registry;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_registered_version_reads_back_as_it_was_registered()
    {
        var registered = await Registry.RegisterAsync(RegistryFixture.Draft("delay", 1, "run-1"));
        Assert.Equal("delay/1", registered.Reference);
        foreach (var read in new[] { await Registry.GetAsync("delay", 1), await Registry.ResolveAsync("delay/1"), (await Registry.ListVersionsAsync("delay")).Single() })
        {
            Assert.Equal(registered.Artifact, read.Artifact);
            Assert.Equal("onnx", read.Format);
            Assert.Equal("run-1", read.RunId);
            Assert.Equal("trainer", read.CreatedBy);
            Assert.Equal(registered.CreatedAt, read.CreatedAt);
            Assert.Equal(registered.Facts, read.Facts);
            Assert.Equal(SignatureJson.Write(RegistryFixture.Signature), SignatureJson.Write(read.Signature));
        }
    }

    [Fact]
    public async Task Numbers_count_from_one_for_each_model()
    {
        Assert.Equal(1, (await Registry.RegisterAsync(RegistryFixture.Draft("a", 1))).Number);
        Assert.Equal(2, (await Registry.RegisterAsync(RegistryFixture.Draft("a", 2))).Number);
        Assert.Equal(1, (await Registry.RegisterAsync(RegistryFixture.Draft("b", 2))).Number);
        Assert.Equal(3, (await Registry.RegisterAsync(RegistryFixture.Draft("a", 2, "another run"))).Number);
    }

    [Fact]
    public async Task Registering_the_same_artifact_of_the_same_run_again_gives_the_same_version_and_writes_nothing()
    {
        var first = await Registry.RegisterAsync(RegistryFixture.Draft("delay", 1));
        await Registry.RegisterAsync(RegistryFixture.Draft("delay", 2));
        var again = await Registry.RegisterAsync(RegistryFixture.Draft("delay", 1));
        Assert.Equal(first.Number, again.Number);
        Assert.Equal(first.CreatedAt, again.CreatedAt);
        Assert.Equal(2, (await Registry.VerifyAuditAsync()).Entries);
    }

    [Fact]
    public async Task The_same_artifact_with_another_format_is_refused()
    {
        await Registry.RegisterAsync(RegistryFixture.Draft("delay", 1));
        var other = RegistryFixture.Draft("delay", 1);
        other.Format = "lightgbm";
        var exception = await Assert.ThrowsAsync<ArgumentException>(() => Registry.RegisterAsync(other));
        Assert.Contains("'onnx'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("'lightgbm'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_reference_says_what_there_is()
    {
        await Registry.RegisterAsync(RegistryFixture.Draft("delay", 1));
        await Registry.SetAliasAsync(RegistryFixture.Change("delay", "champion", 1));

        var noAlias = await Assert.ThrowsAsync<ModelNotFoundException>(() => Registry.ResolveAsync("delay@challenger"));
        Assert.Equal("delay@challenger", noAlias.Reference);
        Assert.Equal(["delay@champion", "delay/1"], noAlias.Available);
        Assert.Contains("delay@champion, delay/1", noAlias.Message, StringComparison.Ordinal);

        var noVersion = await Assert.ThrowsAsync<ModelNotFoundException>(() => Registry.GetAsync("delay", 7));
        Assert.Equal("delay/7", noVersion.Reference);
        var noModel = await Assert.ThrowsAsync<ModelNotFoundException>(() => Registry.ResolveAsync("dely@champion"));
        Assert.Equal(["delay"], noModel.Available);
        await Assert.ThrowsAsync<ModelNotFoundException>(() => Registry.SetAliasAsync(RegistryFixture.Change("delay", "champion", 2)));
        await Assert.ThrowsAsync<ModelNotFoundException>(() => Registry.RollbackAsync(RegistryFixture.Rollback("delay", "challenger")));
    }

    [Fact]
    public async Task A_rollback_leads_back_through_the_holders_and_never_to_the_one_just_left()
    {
        for (var i = 1; i <= 3; i++)
        {
            await Registry.RegisterAsync(RegistryFixture.Draft("delay", i));
            await Registry.SetAliasAsync(RegistryFixture.Change("delay", "champion", i));
        }

        var back = await Registry.RollbackAsync(RegistryFixture.Rollback("delay", "champion"));
        Assert.Equal((2, 3, 1, 4), (back.Version, back.PreviousVersion, back.RollbackVersion, back.Generation));
        Assert.Equal(2, (await Registry.ResolveAsync("delay@champion")).Number);

        back = await Registry.RollbackAsync(RegistryFixture.Rollback("delay", "champion"));
        Assert.Equal((1, 2, null, 5), (back.Version, back.PreviousVersion, back.RollbackVersion, back.Generation));
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => Registry.RollbackAsync(RegistryFixture.Rollback("delay", "champion")));
        Assert.Contains("delay@champion", exception.Message, StringComparison.Ordinal);

        var history = await Registry.GetAliasHistoryAsync("delay", "champion");
        Assert.Equal([1, 2, 3, 2, 1], history.Select(h => h.Version));
        Assert.Equal([1, 2, 3, 4, 5], history.Select(h => h.Generation));
        Assert.Equal(history[^1], (await Registry.GetAliasesAsync("delay")).Single());
    }

    [Fact]
    public async Task Ordering_what_is_already_so_writes_nothing()
    {
        await Registry.RegisterAsync(RegistryFixture.Draft("delay", 1));
        var first = await Registry.SetAliasAsync(RegistryFixture.Change("delay", "champion", 1, expected: 0));
        Assert.Equal(first, await Registry.SetAliasAsync(RegistryFixture.Change("delay", "champion", 1, expected: 0)));
        Assert.Equal(2, (await Registry.VerifyAuditAsync()).Entries);
    }

    [Fact]
    public async Task An_order_based_on_an_older_generation_is_refused()
    {
        for (var i = 1; i <= 3; i++)
        {
            await Registry.RegisterAsync(RegistryFixture.Draft("delay", i));
        }

        await Registry.SetAliasAsync(RegistryFixture.Change("delay", "champion", 1, expected: 0));
        await Registry.SetAliasAsync(RegistryFixture.Change("delay", "champion", 2, expected: 1));
        var conflict = await Assert.ThrowsAsync<AliasConflictException>(() => Registry.SetAliasAsync(RegistryFixture.Change("delay", "champion", 3, expected: 1)));
        Assert.Equal((1, 2), (conflict.ExpectedGeneration, conflict.ActualGeneration));
        await Assert.ThrowsAsync<AliasConflictException>(() => Registry.RollbackAsync(RegistryFixture.Rollback("delay", "champion", expected: 1)));
    }

    [Fact]
    public async Task Repeating_a_rollback_of_a_known_generation_goes_back_once()
    {
        for (var i = 1; i <= 3; i++)
        {
            await Registry.RegisterAsync(RegistryFixture.Draft("delay", i));
            await Registry.SetAliasAsync(RegistryFixture.Change("delay", "champion", i));
        }

        var once = await Registry.RollbackAsync(RegistryFixture.Rollback("delay", "champion", expected: 3));
        Assert.Equal(once, await Registry.RollbackAsync(RegistryFixture.Rollback("delay", "champion", expected: 3)));
        Assert.Equal(4, once.Generation);
    }

    [Fact]
    public async Task The_list_shows_the_latest_version_and_the_aliases_of_each_model()
    {
        await Registry.RegisterAsync(RegistryFixture.Draft("b", 1));
        await Registry.RegisterAsync(RegistryFixture.Draft("a", 1));
        await Registry.RegisterAsync(RegistryFixture.Draft("a", 2));
        await Registry.SetAliasAsync(RegistryFixture.Change("a", "champion", 1));
        await Registry.SetAliasAsync(RegistryFixture.Change("a", "challenger", 2));
        var models = await Registry.ListAsync();
        Assert.Equal(["a/2", "b/1"], models.Select(m => m.Latest.Reference));
        Assert.Equal(["challenger", "champion"], models[0].Aliases.Select(a => a.Alias));
        Assert.Empty(models[1].Aliases);
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a@b")]
    [InlineData("ü")]
    [InlineData("a\n")]
    [InlineData(".hidden")]
    public async Task A_bad_model_name_is_refused(string name) =>
        await Assert.ThrowsAsync<ArgumentException>(() => Registry.RegisterAsync(RegistryFixture.Draft(name, 1)));

    [Theory]
    [InlineData("latest")]
    [InlineData("LATEST")]
    [InlineData("v3")]
    [InlineData("V12")]
    [InlineData("7")]
    [InlineData("a b")]
    [InlineData("a\n")]
    public async Task A_bad_alias_is_refused(string alias)
    {
        await Registry.RegisterAsync(RegistryFixture.Draft("delay", 1));
        await Assert.ThrowsAsync<ArgumentException>(() => Registry.SetAliasAsync(RegistryFixture.Change("delay", alias, 1)));
        await Assert.ThrowsAsync<ArgumentException>(() => Registry.ResolveAsync("delay@" + alias));
    }

    [Theory]
    [InlineData("delay")]
    [InlineData("delay/")]
    [InlineData("delay/x")]
    [InlineData("delay/-1")]
    [InlineData("@champion")]
    [InlineData("delay@a@b")]
    public async Task A_text_that_is_no_reference_is_refused(string reference) =>
        await Assert.ThrowsAsync<ArgumentException>(() => Registry.ResolveAsync(reference));

    [Fact]
    public async Task The_audit_log_tells_who_did_what_and_why()
    {
        await Registry.RegisterAsync(RegistryFixture.Draft("delay", 1));
        await Registry.SetAliasAsync(RegistryFixture.Change("delay", "champion", 1));
        var entries = new List<AuditEntry>();
        await foreach (var entry in Registry.ReadAuditAsync())
        {
            entries.Add(entry);
        }

        Assert.Equal(["register", "set-alias"], entries.Select(e => e.Action));
        Assert.Equal(["trainer", "gate"], entries.Select(e => e.Actor));
        Assert.Equal(default, entries[0].PreviousHash);
        Assert.Equal(entries[0].Hash, entries[1].PreviousHash);
        Assert.Equal(
            "{\"alias\":\"champion\",\"evidence\":\"" + RegistryFixture.Digest(4711) + "\",\"generation\":1,\"model\":\"delay\",\"reason\":\"better by 0.01\",\"rollbackGeneration\":null,\"version\":1}",
            entries[1].Details);
    }

    [Fact]
    public async Task Many_writers_at_once_leave_no_gap_and_an_intact_log()
    {
        await Parallel.ForAsync(0, 60, async (i, token) =>
        {
            var version = await Registry.RegisterAsync(RegistryFixture.Draft("delay", i / 2), token);
            await Registry.SetAliasAsync(RegistryFixture.Change("delay", $"alias-{i % 3}", version.Number), token);
        });
        Assert.Equal(Enumerable.Range(1, 30).Select(i => (long)i), (await Registry.ListVersionsAsync("delay")).Select(v => v.Number));
        var report = await Registry.VerifyAuditAsync();
        Assert.True(report.IsIntact, report.FirstFault?.What);
        foreach (var alias in await Registry.GetAliasesAsync("delay"))
        {
            Assert.Equal(alias.Generation, (await Registry.GetAliasHistoryAsync("delay", alias.Alias)).Length);
        }
    }
}
