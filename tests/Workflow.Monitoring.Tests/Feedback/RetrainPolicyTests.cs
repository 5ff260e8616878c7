using System.Text;
using Workflow.Data.Storage;
using Workflow.Monitoring.Drift;
using Workflow.Monitoring.Feedback;
using Workflow.Monitoring.Performance;

namespace Workflow.Monitoring.Tests.Feedback;

public sealed class RetrainPolicyTests
{
    private static readonly DateTimeOffset Now = new(2001, 6, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly RetrainPolicy Default = RetrainPolicy.Create();

    [Theory]
    [InlineData(0.75, 0.74, 0.76, 0, 20, 20_000, null, RetrainVerdict.Keep)]
    [InlineData(0.70, 0.69, 0.71, 0, 20, 20_000, null, RetrainVerdict.Retrain)] // the whole interval lies below 0.73
    [InlineData(0.72, 0.70, 0.74, 0, 20, 20_000, null, RetrainVerdict.NotEnoughEvidence)]
    [InlineData(0.75, 0.74, 0.76, 4, 20, 20_000, null, RetrainVerdict.Retrain)] // four of four features drifted
    [InlineData(0.75, 0.74, 0.76, 2, 20, 20_000, null, RetrainVerdict.Keep)] // half is not more than half
    [InlineData(0.75, 0.74, 0.76, 0, 91, 20_000, null, RetrainVerdict.Retrain)]
    [InlineData(0.70, 0.69, 0.71, 4, 91, 9_999, null, RetrainVerdict.Keep)] // nothing to learn from
    [InlineData(0.70, 0.69, 0.71, 4, 91, 20_000, 3.0, RetrainVerdict.Keep)] // just trained
    [InlineData(0.70, 0.69, 0.71, 4, 91, 20_000, 7.0, RetrainVerdict.Retrain)]
    public void The_default_policy_decides_as_documented(double auc, double lower, double upper, int drifted, int age, long labels, double? sinceLast, RetrainVerdict verdict)
    {
        var decision = Default.Decide(Evidence(new MetricEstimate(auc, lower, upper), drifted, undecided: 0, age, labels, sinceLast));
        Assert.Equal(verdict, decision.Verdict);
        Assert.Equal(["auc-drop", "drifted-share", "age", "new-labels", "cooldown"], decision.Reasons.Select(r => r.Condition));
    }

    [Fact]
    public void Without_windows_there_is_not_enough_evidence()
    {
        var decision = Default.Decide(new RetrainEvidence { Now = Now, TrainedAt = Now.AddDays(-1), ReferenceAuc = 0.75, NewLabels = 20_000 });
        Assert.Equal(RetrainVerdict.NotEnoughEvidence, decision.Verdict);
        Assert.Equal(RetrainVerdict.NotEnoughEvidence, Default.Decide(Evidence(new MetricEstimate(0.75, 0.74, 0.76), drifted: 1, undecided: 2, 20, 20_000, null)).Verdict);
    }

    [Fact]
    public void Conditions_are_switched_off_by_null_and_added_by_a_lambda()
    {
        var policy = RetrainPolicy.Create(new RetrainPolicyOptions { MaximumAucDrop = null, MaximumDriftedShare = null, MaximumAge = null })
            .With(e => new RetrainReason("holiday", e.Now.Month == 6 ? RetrainOutcome.Fires : RetrainOutcome.Quiet, "June."));
        var decision = policy.Decide(Evidence(new MetricEstimate(0, 0, 0), 4, 0, 1000, 20_000, null));
        Assert.Equal(RetrainVerdict.Retrain, decision.Verdict);
        Assert.Equal(
            """{"at":"2001-06-01T00:00:00Z","reasons":[{"condition":"new-labels","outcome":"Quiet","text":"20000 new labels; the least is 10000."},{"condition":"cooldown","outcome":"Quiet","text":"No training was called for before."},{"condition":"holiday","outcome":"Fires","text":"June."}],"verdict":"Retrain"}""",
            Encoding.UTF8.GetString(decision.ToJson()));
        Assert.StartsWith("Retrain\n  new-labels: Quiet. 20000", decision.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Marks_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new RetrainPolicy([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => RetrainPolicy.Create(new RetrainPolicyOptions { MaximumDriftedShare = 2 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => RetrainPolicy.Create(new RetrainPolicyOptions { Cooldown = TimeSpan.Zero }));
    }

    private static RetrainEvidence Evidence(MetricEstimate auc, int drifted, int undecided, int age, long labels, double? sinceLast) => new()
    {
        Now = Now,
        TrainedAt = Now.AddDays(-age),
        ReferenceAuc = 0.75,
        NewLabels = labels,
        LastRetrain = sinceLast is { } days ? Now.AddDays(-days) : null,
        Performance = new WindowPerformance { Start = Now, End = Now.AddDays(7), Predictions = 10, Labelled = 10, Positives = 5, MeanDelay = null, Auc = auc, LogLoss = null, Brier = null, IsProvisional = false },
        Drift = new DriftReport
        {
            Reference = ContentDigest.Of([]),
            ReferenceRows = 1000,
            Rows = 1000,
            SignificanceLevel = 0.01,
            MinimumPsi = 0.1,
            Correction = TestCorrection.None,
            Features = [.. Enumerable.Range(0, 4).Select(i => new FeatureDrift
            {
                Feature = $"f{i}",
                Verdict = i < drifted ? DriftVerdict.Drift : i < drifted + undecided ? DriftVerdict.NotEnoughEvidence : DriftVerdict.NoDrift,
                Psi = 0,
                CriticalPsi = 0,
                PValue = 1,
                AdjustedPValue = 1,
                Method = DriftTestMethod.ChiSquared,
                Bins = [],
            })],
        },
    };
}
