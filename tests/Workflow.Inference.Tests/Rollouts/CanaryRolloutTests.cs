using System.Globalization;
using Workflow.Inference.Rollouts;
using Workflow.Numerics.Random;

namespace Workflow.Inference.Tests.Rollouts;

public sealed class CanaryRolloutTests
{
    private static readonly DateTimeOffset Start = new(2001, 4, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(RolloutEvidence.Paired)]
    [InlineData(RolloutEvidence.ControlSlice)]
    public void An_equal_challenger_is_rolled_back_no_more_often_than_alpha(RolloutEvidence evidence)
    {
        const int Runs = 2000;
        var outcomes = Enumerable.Range(0, Runs).Select(run => Simulate(evidence, run, champion: 0.01, challenger: 0.01, rows: 4000).Phase).ToArray();
        var rolledBack = outcomes.Count(p => p == RolloutPhase.RolledBack);
        Assert.InRange(rolledBack, 1, Runs * 0.05);
    }

    [Fact]
    public void Three_errors_in_a_hundred_instead_of_one_are_caught_within_eight_hundred_requests()
    {
        var caught = Enumerable.Range(0, 400).Select(run => Simulate(RolloutEvidence.Paired, run, champion: 0.01, challenger: 0.03, rows: 8000)).ToArray();
        Assert.All(caught, s => Assert.Equal(RolloutPhase.RolledBack, s.Phase));
        var median = caught.Select(s => s.Metrics[0].Comparisons).Order().ElementAt(caught.Length / 2);
        TestContext.Current.SendDiagnosticMessage($"median {median}");
        Assert.InRange(median, 100, 800);
    }

    [Fact]
    public void A_challenger_that_is_worse_by_the_tolerance_is_promoted_no_more_often_than_alpha()
    {
        const int Runs = 1000;
        var promoted = Enumerable.Range(0, Runs).Count(run => Simulate(RolloutEvidence.Paired, run, champion: 0.02, challenger: 0.03, rows: 4000).Phase == RolloutPhase.Promoted);
        Assert.InRange(promoted, 0, Runs * 0.05);
    }

    [Theory]
    [InlineData(RolloutEvidence.Paired)]
    [InlineData(RolloutEvidence.ControlSlice)]
    public void A_clearly_better_challenger_is_promoted_step_by_step(RolloutEvidence evidence)
    {
        var rollout = Rollout(evidence);
        var status = Run(rollout, evidence, 3, champion: 0.2, challenger: 0.1, rows: 40_000);
        Assert.Equal(RolloutPhase.Promoted, status.Phase);
        Assert.Equal([5, 25, 50, 100, 100], rollout.Timeline.Select(s => s.Weight));
        Assert.All(rollout.Timeline.Zip(rollout.Timeline.Skip(1)), p => Assert.True(p.Second.At - p.First.At >= TimeSpan.FromHours(1)));
        Assert.Equal(RolloutArm.Challenger, rollout.Route("anyone"));
    }

    [Fact]
    public void Small_differences_of_probabilities_are_enough_when_rows_are_paired()
    {
        // Brier losses of two good models differ by thousandths: paired, noise between rows cancels.
        var rollout = Rollout(RolloutEvidence.Paired);
        var random = new Philox(1, "brier", 0);
        RolloutStatus status = rollout.Status;
        for (var i = 0; i < 20_000 && status.Phase == RolloutPhase.Running; i++)
        {
            var champion = 0.05 + (random.NextDouble() * 0.9);
            status = rollout.Observe([Pair(i, champion, champion + (0.02 * (random.NextDouble() - 0.45)))]);
        }

        Assert.Equal(RolloutPhase.Promoted, status.Phase);
    }

    [Fact]
    public void Without_a_verdict_by_the_deadline_the_champion_stays()
    {
        var rollout = new CanaryRollout("r", Start, new CanaryOptions { Deadline = TimeSpan.FromHours(2), MinStepDuration = TimeSpan.FromHours(1) });
        Assert.Equal(RolloutPhase.Running, rollout.Observe([Pair(0, 0.5, 0.5)]).Phase);
        Assert.Equal(RolloutPhase.Running, rollout.AdvanceTo(Start.AddMinutes(119)).Phase);
        Assert.Equal(RolloutPhase.NotEnoughEvidence, rollout.AdvanceTo(Start.AddHours(2)).Phase);
        Assert.Equal(RolloutArm.Champion, rollout.Route("x"));
        Assert.Equal(RolloutPhase.NotEnoughEvidence, rollout.Observe([Pair(1, 0, 0)]).Phase);
    }

    [Fact]
    public void A_fault_of_the_challenger_takes_it_back_at_once()
    {
        var rollout = new CanaryRollout("r", Start, new CanaryOptions { FaultLimit = 2 });
        Assert.Equal(RolloutPhase.Running, rollout.ReportFault(new RolloutFault { At = Start, Detail = "NaN of row 3" }).Phase);
        var status = rollout.ReportFault(new RolloutFault { At = Start, Detail = "NaN of row 4" });
        Assert.Equal((RolloutPhase.RolledBack, 2), (status.Phase, status.Faults));
        Assert.Contains("NaN of row 4", status.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Routing_is_sticky_proportional_and_grows_without_taking_anyone_back()
    {
        const int Keys = 20_000;
        var rollout = Rollout(RolloutEvidence.ControlSlice);
        var first = Enumerable.Range(0, Keys).Select(i => rollout.Route(Key(i))).ToArray();
        Assert.Equal(first, Enumerable.Range(0, Keys).Select(i => rollout.Route(Key(i))));
        Assert.InRange(first.Count(a => a == RolloutArm.Challenger), Keys * 0.045, Keys * 0.055);
        Assert.InRange(first.Count(a => a == RolloutArm.Control), Keys * 0.045, Keys * 0.055);

        Run(rollout, RolloutEvidence.ControlSlice, 1, champion: 0.3, challenger: 0.05, rows: 100_000, stop: r => r.Status.Step == 1);
        Assert.Equal(25, rollout.Status.Weight);
        var second = Enumerable.Range(0, Keys).Select(i => rollout.Route(Key(i))).ToArray();
        Assert.All(first.Zip(second).Where(p => p.First == RolloutArm.Challenger), p => Assert.Equal(RolloutArm.Challenger, p.Second));
        Assert.InRange(second.Count(a => a == RolloutArm.Challenger), Keys * 0.24, Keys * 0.26);

        // Another rollout begins with other keys: of these 5 % about 5 % are the same.
        var other = new CanaryRollout("other", Start);
        var both = Enumerable.Range(0, Keys).Count(i => first[i] == RolloutArm.Challenger && other.Route(Key(i)) == RolloutArm.Challenger);
        Assert.InRange(both, Keys * 0.001, Keys * 0.005);
    }

    [Fact]
    public void A_key_counts_once()
    {
        var rollout = Rollout(RolloutEvidence.Paired);
        rollout.Observe([Pair(1, 0.1, 0.2), Pair(2, 0.1, 0.2), Pair(1, 0.1, 0.9)]);
        Assert.Equal(2, rollout.Observe([Pair(2, 0.1, 0.2)]).Metrics[0].Comparisons);
    }

    [Fact]
    public void Observations_that_cannot_be_used_are_all_named_and_none_is_taken()
    {
        var rollout = Rollout(RolloutEvidence.Paired);
        var fault = Assert.Throws<ArgumentException>(() => rollout.Observe(
            [
                Pair(1, 0.1, 0.2),
                Pair(2, 0.1, 1.2),
                Pair(3, double.NaN, 0.2),
                new RolloutObservation { Key = "4", At = Start, Metric = "delay", ChampionLoss = 0.1, ChallengerLoss = 0.1 },
                new RolloutObservation { Key = "5", At = Start, ChampionLoss = 0.1 },
            ]));
        Assert.Contains("[1] has the losses 0.1 and 1.2", fault.Message, StringComparison.Ordinal);
        Assert.Contains("[2]", fault.Message, StringComparison.Ordinal);
        Assert.Contains("[3] has the metric 'delay'", fault.Message, StringComparison.Ordinal);
        Assert.Contains("[4] lacks a loss", fault.Message, StringComparison.Ordinal);
        Assert.Equal(0, rollout.Status.Metrics[0].Comparisons);
    }

    [Fact]
    public void Options_that_cannot_be_used_are_all_named()
    {
        var fault = Assert.Throws<ArgumentException>(() => new CanaryRollout(
            "r", Start, new CanaryOptions { Steps = [50, 5], RollbackAlpha = 0, Metrics = [new RolloutMetric { Tolerance = 0 }], MinObservations = 0 }));
        foreach (var name in new[] { "Steps", "RollbackAlpha", "Tolerance", "MinObservations" })
        {
            Assert.Contains(name, fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Two_metrics_share_one_alpha_and_both_must_allow_a_promotion()
    {
        var rollout = new CanaryRollout(
            "r", Start, new CanaryOptions { MinStepDuration = TimeSpan.Zero, Metrics = [new RolloutMetric(), new RolloutMetric { Name = "slow", Tolerance = 0.05 }] });
        RolloutStatus status = rollout.Status;
        for (var i = 0; i < 3000 && status.Phase == RolloutPhase.Running; i++)
        {
            status = rollout.Observe([Pair(i, 0.2, 0.1), Pair(i, 0, i % 10 == 0 ? 1 : 0) with { Metric = "slow" }]);
        }

        Assert.Equal((RolloutPhase.RolledBack, 0), (status.Phase, status.Step));
        Assert.True(status.Metrics[1].DegradationEvidence >= 40 - (2 * status.Metrics[0].DegradationEvidence));
    }

    internal static RolloutObservation Pair(int row, double champion, double challenger) => new()
    {
        Key = Key(row),
        At = Start.AddMinutes(row),
        ChampionLoss = champion,
        ChallengerLoss = challenger,
    };

    private static CanaryRollout Rollout(RolloutEvidence evidence) =>
        new("delay 7", Start, new CanaryOptions { Evidence = evidence, Deadline = TimeSpan.FromDays(1000) });

    private static RolloutStatus Simulate(RolloutEvidence evidence, int seed, double champion, double challenger, int rows) =>
        Run(Rollout(evidence), evidence, seed, champion, challenger, rows);

    // Errors of the two models are independent, which is the hardest case for pairs.
    private static RolloutStatus Run(
        CanaryRollout rollout, RolloutEvidence evidence, int seed, double champion, double challenger, int rows, Func<CanaryRollout, bool>? stop = null)
    {
        var random = new Philox(20_260_101, "canary-simulation", (ulong)seed);
        for (var i = 0; i < rows && rollout.Status.Phase == RolloutPhase.Running && stop?.Invoke(rollout) is not true; i++)
        {
            double old = random.NextDouble() < champion ? 1 : 0;
            double @new = random.NextDouble() < challenger ? 1 : 0;
            if (evidence == RolloutEvidence.Paired)
            {
                rollout.Observe([Pair(i, old, @new)]);
            }
            else if (rollout.Route(Key(i)) is var arm && arm != RolloutArm.Champion)
            {
                rollout.Observe([Pair(i, old, @new) with { ChampionLoss = arm == RolloutArm.Control ? old : null, ChallengerLoss = arm == RolloutArm.Challenger ? @new : null }]);
            }
        }

        return rollout.Status;
    }

    private static string Key(int row) => "key-" + row.ToString(CultureInfo.InvariantCulture);
}
