using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Workflow.Data.Metadata;
using Workflow.Data.Registry;
using Workflow.Data.Storage;
using Workflow.Data.Tests.Registry;
using Workflow.Numerics.Random;

namespace Workflow.Data.Tests.Metadata;

/// <summary>A process killed with signal 9 while it writes loses nothing that it was told is written, and leaves nothing half.</summary>
public sealed class KillTests : IDisposable
{
    private const string FolderVariable = "WORKFLOW_KILL_TEST_FOLDER";
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_killed_writer_leaves_store_and_registry_intact_and_nothing_acknowledged_is_lost()
    {
        // The child process is this very test, started with the folder in its environment.
        if (Environment.GetEnvironmentVariable(FolderVariable) is { } folder)
        {
            await WriteForeverAsync(folder);
        }

        var random = new Philox(20_260_101, "kill", 0);
        for (var kill = 0; kill < 5; kill++)
        {
            var before = Acknowledged();
            using var child = Start();
            var target = before + 1 + random.NextInt32(25);
            while (Acknowledged() < target && !child.HasExited)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
            }

            Assert.False(child.HasExited, "The writer ended by itself.");
            child.Kill();
            await child.WaitForExitAsync();
            await RequireIntactAsync(Acknowledged());
        }
    }

    // Registers a version whose artifact it stored before, promotes it, then says so.
    private static async Task WriteForeverAsync(string folder)
    {
        var store = new LocalObjectStore(Path.Combine(folder, "objects"));
        using var held = await FileLock.AcquireAsync(Path.Combine(folder, "writer.lock"), TimeSpan.FromSeconds(10));
        using var database = new SqliteMetadataDatabase(Path.Combine(folder, "metadata.db"));
        var registry = new ModelRegistry(database);
        await using var acknowledgements = new FileStream(Path.Combine(folder, "acknowledged"), FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        var next = (await registry.ListVersionsAsync("delay")).Length;
        while (true)
        {
            var digest = await store.PutAsync(new MemoryStream(Content(next)));
            var draft = RegistryFixture.Draft("delay", next);
            draft.Artifact = digest;
            var version = await registry.RegisterAsync(draft);
            await registry.SetAliasAsync(RegistryFixture.Change("delay", "champion", version.Number));
            acknowledgements.WriteByte((byte)'.');
            next++;
        }
    }

    private static byte[] Content(int index) => [.. Enumerable.Repeat((byte)index, 50_000)];

    private long Acknowledged() => new FileInfo(_folder["acknowledged"]) is { Exists: true } file ? file.Length : 0;

    private async Task RequireIntactAsync(long acknowledged)
    {
        using var database = new SqliteMetadataDatabase(_folder["metadata.db"]);
        var check = await database.ReadAsync((t, token) => t.QueryAsync($"PRAGMA integrity_check", row => row.GetText(0), token));
        Assert.Equal(["ok"], check);

        var registry = new ModelRegistry(database);
        var report = await registry.VerifyAuditAsync();
        Assert.True(report.IsIntact, report.FirstFault?.What);
        var versions = await registry.ListVersionsAsync("delay");
        Assert.True(versions.Length >= acknowledged, string.Create(CultureInfo.InvariantCulture, $"{acknowledged} acknowledged, {versions.Length} there"));
        Assert.InRange((await registry.GetAliasesAsync("delay"))[0].Version, versions.Length - 1, versions.Length);

        var store = new LocalObjectStore(_folder["objects"]);
        Assert.True((await ObjectStoreAudit.VerifyAsync(store)).IsIntact);
        foreach (var version in versions)
        {
            Assert.True(await store.ExistsAsync(version.Artifact));
        }
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "Workflow.Data.Tests"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { "--filter-method", $"{typeof(KillTests).FullName}.{nameof(A_killed_writer_leaves_store_and_registry_intact_and_nothing_acknowledged_is_lost)}", "--results-directory", _folder["results"] },
        };
        start.Environment[FolderVariable] = _folder.Path;
        var child = Process.Start(start)!;

        // Nobody reads what it says; a full pipe must not stop it.
        child.OutputDataReceived += static (_, _) => { };
        child.ErrorDataReceived += static (_, _) => { };
        child.BeginOutputReadLine();
        child.BeginErrorReadLine();
        return child;
    }
}
