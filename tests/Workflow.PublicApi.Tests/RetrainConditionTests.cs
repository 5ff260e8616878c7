using Workflow.Monitoring.Feedback;

namespace Workflow.PublicApi.Tests;

public sealed class RetrainConditionTests
{
    private static readonly DateTimeOffset Monday = new(2024, 4, 1, 0, 0, 0, TimeSpan.Zero);

    // A house rule that the suite does not know.
    private static readonly RetrainCondition OnMondays = static evidence => evidence.Now.DayOfWeek is DayOfWeek.Monday
        ? new RetrainReason("mondays", RetrainOutcome.Fires, "It is Monday.")
        : new RetrainReason("mondays", RetrainOutcome.Quiet, "It is not Monday.");

    [Theory]
    [InlineData(0, 50_000, RetrainVerdict.Retrain)]
    [InlineData(1, 50_000, RetrainVerdict.Keep)]
    [InlineData(0, 10, RetrainVerdict.Keep)]
    public void A_condition_of_ones_own_joins_those_of_the_suite(int days, long labels, RetrainVerdict verdict)
    {
        var policy = new RetrainPolicy(RetrainConditions.NewLabels(1000)).With(OnMondays);
        var decision = policy.Decide(new RetrainEvidence { Now = Monday.AddDays(days), TrainedAt = Monday.AddDays(-7), ReferenceAuc = 0.75, NewLabels = labels });
        Assert.Equal(verdict, decision.Verdict);
        Assert.Equal(["new-labels", "mondays"], decision.Reasons.Select(r => r.Condition));
        Assert.Contains("mondays", decision.ToString(), StringComparison.Ordinal);
    }
}
