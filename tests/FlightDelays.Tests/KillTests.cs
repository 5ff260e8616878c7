using FlightDelays.Tests.Runs;
using Workflow.Data.Storage;
using Workflow.Numerics.Random;

namespace FlightDelays.Tests;

[Collection(LongRuns.Name)]
public sealed class KillTests(CutFixture cut)
{
    private const int Kills = 30;

    [Fact]
    public async Task Killed_at_thirty_random_moments_the_loop_goes_on_where_it_was_and_ends_with_the_same_digests()
    {
        var whole = await cut.HonestRunAsync();
        using var folder = new TemporaryFolder();
        string[] arguments = ["--data", cut.Data, "--output", folder["out"]];
        var random = new Philox(2001, "kill moments");
        var (kills, killsSinceFresh, wentOn) = (0, 0, 0);
        while (kills < Kills)
        {
            var run = await FlightProgram.RunAsync(arguments, random.NextDouble() * whole.Elapsed);
            wentOn += run.Kept.Count > 0 ? 1 : 0;
            if (run.ExitCode is null)
            {
                kills++;
                killsSinceFresh++;
                continue;
            }

            // It ended before its moment: check it, and let the next moments strike a new run.
            CheckFinished(whole, run, killsSinceFresh);
            killsSinceFresh = 0;
            Directory.Delete(folder["out"], recursive: true);
        }

        CheckFinished(whole, await FlightProgram.RunAsync(arguments), killsSinceFresh);
        Assert.True(wentOn >= 5, $"only {wentOn} runs went on from an earlier one");

        // What killed writers left may lie about, but no step counts it among its files.
        Assert.All(
            Directory.EnumerateFiles(Path.Combine(folder["out"], "work", "steps"), "*.json"),
            record => Assert.DoesNotContain(AtomicFile.TemporarySuffix, File.ReadAllText(record), StringComparison.Ordinal));
    }

    private static void CheckFinished(ProgramResult whole, ProgramResult run, int kills)
    {
        Assert.True(run.ExitCode == 0, $"after {kills} kills: {run}");
        Assert.True(whole.Digest == run.Digest, $"after {kills} kills, expected {whole}\n\ngot {run}");
        Assert.Matches(@"(?m)^verified +registry intact \(\d+ audit entries\), store intact \(\d+ objects\)\s*$", run.Output);
    }
}
