using FlightDelays.Loop;
using FlightDelays.Tests.Runs;
using Microsoft.Extensions.DependencyInjection;
using Workflow.Data.Registry;
using Workflow.Monitoring.Feedback;
using Workflow.Numerics.Random;
using Workflow.Training.Gates;

namespace FlightDelays.Tests.Steps;

[Collection(LongRuns.Name)]
public sealed class RetrainTests(CutFixture cut)
{
    [Fact]
    public async Task Delays_that_lose_every_pattern_in_April_are_noticed_and_call_for_a_retraining()
    {
        using var folder = new TemporaryFolder();
        var flights = await cut.TakeAsync();
        var random = new Philox(15, "broken delays");
        for (var i = 0; i < flights.Delays.Count; i++)
        {
            if (string.CompareOrdinal(flights.Day(i), "2001-04-15") >= 0)
            {
                flights.Delays[i] = random.NextInt32(100) - 20;
            }
        }

        await flights.WriteAsync(folder["drifted.parquet"]);
        var (records, output) = await CutFixture.RunInProcessAsync(new FlightOptions { Data = folder["drifted.parquet"], Output = folder["out"] });

        // Before the change nothing is wrong; after it the area falls and the inputs that count delays drift.
        Assert.DoesNotContain("auc-drop: Fires", Reasons(records, "watch-2001-04-01"), StringComparison.Ordinal);
        Assert.DoesNotContain("auc-drop: Fires", Reasons(records, "watch-2001-04-08"), StringComparison.Ordinal);
        Assert.Contains("auc-drop: Fires", Reasons(records, "watch-2001-04-29"), StringComparison.Ordinal);
        Assert.Contains(records.Where(r => r.Key.StartsWith("watch-", StringComparison.Ordinal)), r => r.Value.Figures["verdict"] == nameof(RetrainVerdict.Retrain) && r.Value.Figures["reasons"].Contains("auc-drop: Fires", StringComparison.Ordinal));
        Assert.Contains("auc-drop: Fires", output, StringComparison.Ordinal);
        Assert.True(records.ContainsKey("train-challenger") && records.ContainsKey("gate"));

        // On the true flights no week's area falls that far.
        await cut.HonestRunAsync();
        Assert.DoesNotContain("auc-drop: Fires", (await cut.HonestRunAsync()).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_spoilt_challenger_does_not_pass_the_gate_and_the_champion_stays()
    {
        using var folder = new TemporaryFolder();
        var options = new FlightOptions { Data = cut.Data, Output = folder.Path };
        var (records, output) = await CutFixture.RunInProcessAsync(options, loop => loop.SpoilChallenger = true);
        Assert.Contains(records["gate"].Figures["verdict"], new[] { nameof(GateVerdict.Reject), nameof(GateVerdict.NotEnoughEvidence) });
        Assert.DoesNotContain("canary", records.Keys);
        Assert.DoesNotContain("promote-challenger", records.Keys);
        Assert.Equal("delay/1", records["report"].Figures["production"]);

        // The champion answers to the end: every week is served, and only by version 1.
        Assert.Equal(13, records.Keys.Count(k => k.StartsWith("serve-", StringComparison.Ordinal)));
        Assert.Contains("registry intact", output, StringComparison.Ordinal);
        await using var state = new ServiceCollection().AddWorkflowData(o => o.Root = Path.Combine(options.Work, "state")).Services.BuildServiceProvider();
        var registry = state.GetRequiredService<ModelRegistry>();
        Assert.Equal(1, (await registry.ResolveAsync("delay@champion", TestContext.Current.CancellationToken)).Number);
        Assert.Equal([1, 2], (await registry.ListVersionsAsync("delay", TestContext.Current.CancellationToken)).Select(v => v.Number));
        Assert.Single(await registry.GetAliasHistoryAsync("delay", "champion", TestContext.Current.CancellationToken));
    }

    private static string Reasons(IReadOnlyDictionary<string, StepRecord> records, string step) => records[step].Figures["reasons"];
}
