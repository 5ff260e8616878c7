using FlightDelays.Tests.Runs;

namespace FlightDelays.Tests;

[Collection(LongRuns.Name)]
public sealed class DigestTests(CutFixture cut)
{
    [Fact]
    public async Task Two_runs_with_the_same_seed_print_the_same_digests()
    {
        using var folder = new TemporaryFolder();
        var first = await cut.HonestRunAsync();
        var second = await FlightProgram.RunAsync("--data", cut.Data, "--output", folder.Path);
        Assert.Equal(Digests(first), Digests(second));
        Assert.True(Digests(first).Count > 8, first.ToString());
    }

    [Fact]
    public async Task Another_seed_trains_another_model()
    {
        using var folder = new TemporaryFolder();
        var first = await cut.HonestRunAsync();
        var second = await FlightProgram.RunAsync("--data", cut.Data, "--output", folder.Path, "--seed", "43");
        Assert.True(second.ExitCode == 0, second.ToString());
        Assert.NotEqual(first.Digest, second.Digest);
        Assert.NotEqual(Line(first, "train-champion: models/champion.txt"), Line(second, "train-champion: models/champion.txt"));

        // What no random choice touches stays the same.
        Assert.Equal(Line(first, "features: features.parquet"), Line(second, "features: features.parquet"));
    }

    [Fact]
    public async Task Another_seed_in_the_same_folder_redoes_only_what_depends_on_it()
    {
        using var folder = new TemporaryFolder();
        var flights = await cut.HonestRunAsync();
        var first = await FlightProgram.RunAsync("--data", cut.Data, "--output", folder.Path, "--seed", "43");
        var second = await FlightProgram.RunAsync("--data", cut.Data, "--output", folder.Path);
        Assert.True(second.ExitCode == 0, second.ToString());
        Assert.Equal(["version", "contract", "features"], second.Kept.Intersect(["version", "contract", "features", "train-champion", "register-champion"]));
        Assert.Equal(Line(flights, "train-champion: models/champion.txt"), Line(second, "train-champion: models/champion.txt"));
        Assert.NotEqual(first.Digest, second.Digest);
        Assert.Contains("registry intact", second.Output, StringComparison.Ordinal);
    }

    private static List<string> Digests(ProgramResult run) => [.. run.Output.Split('\n').Where(l => l.StartsWith("digest ", StringComparison.Ordinal)).Select(l => l.TrimEnd())];

    private static string Line(ProgramResult run, string end) => Assert.Single(Digests(run), d => d.EndsWith(end, StringComparison.Ordinal));
}
