using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Workflow.Cli.Tests.Features;

public sealed class OnlineStoreKillTests : IDisposable
{
    private const int Drivers = 30_000;
    private const int Kills = 6;

    private readonly ToolFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_killed_run_leaves_each_row_old_or_new_and_the_next_one_finishes_it()
    {
        await File.WriteAllTextAsync(
            _folder["f.yaml"],
            """
            entities:
              driver: { keys: { driver_id: int64 } }
            views:
              stats:
                entity: driver
                source: { path: stats.csv, event_time: at }
                join: { at_equal_time: include }
                features:
                  x: { latest: x }
                  y: { latest: y }
                  text: { latest: text }
            services:
              s: [stats.x, stats.y, stats.text]
            """,
            TestContext.Current.CancellationToken);
        var random = new Random(7);
        var midway = 0;
        for (var version = 1; version <= Kills; version++)
        {
            await WriteSourceAsync(version);
            await RunAndKillAsync(random.Next(1, 6_000_000));
            var values = await ReadAsync(version);
            Assert.All(values, v => Assert.InRange(v, 0, version));
            midway += values.Distinct().Count() > 1 ? 1 : 0;
        }

        Assert.True(midway > 0, "no run was killed while it wrote");
        var done = (await RunAsync("materialize", "--definitions", "f.yaml", "--end", "2024-03-06T00:00:00Z")).Done();
        Assert.Contains("written", done.Output, StringComparison.Ordinal);
        Assert.All(await ReadAsync(Kills), static v => Assert.Equal(Kills, v));
    }

    private async Task WriteSourceAsync(int version)
    {
        var csv = new StringBuilder("driver_id,at,x,y,text\n");
        for (var driver = 0; driver < Drivers; driver++)
        {
            csv.Append(CultureInfo.InvariantCulture, $"{driver},2024-03-05T10:00:{version:d2}Z,{version},{version},{new string((char)('a' + version), 300)}\n");
        }

        await File.WriteAllTextAsync(_folder["stats.csv"], csv.ToString(), TestContext.Current.CancellationToken);
    }

    // Killed when the journal has grown by so many bytes, which is between two of its records or within one.
    private async Task RunAndKillAsync(int bytes)
    {
        var start = new ProcessStartInfo(RunningProgram.Tool, ["features", "materialize", "--definitions", "f.yaml", "--end", "2024-03-06T00:00:00Z"]) { WorkingDirectory = _folder.Path, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("WORKFLOW_ROOT");
        var before = Length();
        using var process = Process.Start(start)!;
        while (!process.HasExited && Length() < before + bytes)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    private long Length() => Directory.Exists(_folder["workflow", "online"])
        ? Directory.GetFiles(_folder["workflow", "online"], "journal-*").Sum(static f => new FileInfo(f).Length)
        : 0;

    // Gives the version that each driver has, 0 for none; a row that is half of one and half of another fails.
    private async Task<List<int>> ReadAsync(int version)
    {
        var keys = Enumerable.Range(0, 600).SelectMany(static i => new[] { "--key", $"driver_id={i * 50}" });
        var read = await RunAsync(["get", "--definitions", "f.yaml", "--service", "s", "--at", "2024-03-05T12:00:00Z", "--json", .. keys]);
        if (read.ExitCode != 0)
        {
            // Killed before its first write.
            read.Refused(2, "nothing was written");
            return [0];
        }

        var versions = new List<int>();
        foreach (var entity in read.Json().GetProperty("entities").EnumerateArray())
        {
            var features = entity.GetProperty("features");
            var x = features.GetProperty("stats.x").GetProperty("value");
            versions.Add(x.ValueKind == System.Text.Json.JsonValueKind.Null ? 0 : x.GetInt32());
            Assert.Equal(x.GetRawText(), features.GetProperty("stats.y").GetProperty("value").GetRawText());
            Assert.Equal(versions[^1] == 0 ? null : new string((char)('a' + versions[^1]), 300), features.GetProperty("stats.text").GetProperty("value").GetString());
        }

        Assert.True(version > 0);
        return versions;
    }

    private Task<ToolResult> RunAsync(params string[] arguments) => _folder.RunAsync(["features", .. arguments]);
}
