using System.Text.RegularExpressions;
using FlightDelays.Tests.Runs;

namespace FlightDelays.Tests;

[Collection(LongRuns.Name)]
public sealed partial class WholeLoopTests
{
    [Fact]
    public async Task The_loop_runs_on_the_committed_data_and_prints_its_figures()
    {
        using var folder = new TemporaryFolder();
        var first = await FlightProgram.RunAsync("--fresh", "--output", folder.Path);
        Assert.True(first.ExitCode == 0, first.ToString());
        Assert.Empty(first.Error);

        // All 181 days of the five busiest origins: see data/README.md.
        Assert.Equal(656_495, first.Number(@"^contract .* ([\d,]+) rows checked"));
        Assert.Contains("a corrupted copy is refused: ", first.Output, StringComparison.Ordinal);
        Assert.InRange(first.Number(@"^register-champion .* AUC (0\.\d{4}) "), 0.735, 0.765);
        Assert.Equal(0, first.Number(@"online features differ from offline in (\d+) values"));
        Assert.Equal(0, first.Number(@"HTTP differs in (\d+) of "));
        Assert.InRange(first.Number(@"HTTP differs in \d+ of (\d+) answers"), 3_000, 3_600);
        Assert.Equal(0, first.Number(@"^ONNX = LightGBM +(\d+) of [\d,]+ decisions differ"));
        Assert.InRange(first.Number(@"^ONNX = LightGBM .* largest score difference (\S+)$"), 0, 1e-6);
        var replayed = first.Number(@"^replayed +([\d,]+) flights");
        Assert.InRange(replayed, 300_000, 360_000);
        Assert.InRange(first.Number(@"^ONNX = LightGBM +\d+ of ([\d,]+) decisions differ"), replayed, 2 * replayed); // In the canary both models score every flight.
        Assert.Matches(@"(?m)^verified +registry intact \(\d+ audit entries\), store intact \(\d+ objects\)\s*$", first.Output);
        Assert.Empty(first.Kept);

        CheckReport(await File.ReadAllTextAsync(folder["report.html"], TestContext.Current.CancellationToken));

        // A rerun finds everything done.
        var second = await FlightProgram.RunAsync("--output", folder.Path);
        Assert.True(second.ExitCode == 0, second.ToString());
        Assert.Empty(second.Done);
        Assert.Equal(first.Done, second.Kept);
        Assert.Equal(first.Digest, second.Digest);
        Assert.True(second.Elapsed < TimeSpan.FromSeconds(30), second.ToString());
    }

    private static void CheckReport(string html)
    {
        Assert.InRange(html.Length, 10_000, 300_000);
        Assert.Contains("<svg", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);

        // The name of SVG's namespace is no resource.
        Assert.Empty(Resource().Matches(html).Select(m => m.Value));
        foreach (var heading in new[] { "Area under the curve by week", "inputs by week", "Lineage of the model in production" })
        {
            Assert.Contains(heading, html, StringComparison.Ordinal);
        }
    }

    [GeneratedRegex("""(?:(?:src|href|srcset|data|action|poster)\s*=\s*["']?\s*|url\(\s*["']?|@import\s+["']?)(?:https?:)?//[^"')\s]*""", RegexOptions.IgnoreCase)]
    private static partial Regex Resource();
}
