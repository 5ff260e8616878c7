using System.Globalization;
using Workflow.Monitoring.Drift;

namespace Workflow.Monitoring.Feedback;

/// <summary>The conditions from which retrain policies are composed. Pure functions: safe for concurrent use.</summary>
public static class RetrainConditions
{
    /// <summary>Fires when the whole confidence interval of the realised AUC lies below the reference less a margin; undecided when the mark lies within it.</summary>
    /// <param name="maximumDrop">The margin; not negative.</param>
    public static RetrainCondition AucDrop(double maximumDrop)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maximumDrop);
        return evidence =>
        {
            const string name = "auc-drop";
            var mark = evidence.ReferenceAuc - maximumDrop;
            return evidence.Performance?.Auc is not { } auc
                ? new RetrainReason(name, RetrainOutcome.Undecided, "No window has a final AUC yet.")
                : new RetrainReason(
                    name,
                    auc.Upper < mark ? RetrainOutcome.Fires : auc.Lower >= mark ? RetrainOutcome.Quiet : RetrainOutcome.Undecided,
                    string.Create(CultureInfo.InvariantCulture, $"AUC {auc.Value:0.0000} [{auc.Lower:0.0000}, {auc.Upper:0.0000}] against {mark:0.0000} (reference {evidence.ReferenceAuc:0.0000} less {maximumDrop:0.0000})."));
        };
    }

    /// <summary>Fires when more than a share of the features drifted; undecided when the features that lack evidence could make up the share.</summary>
    /// <param name="maximumShare">From 0 to 1.</param>
    public static RetrainCondition DriftedShare(double maximumShare)
    {
        if (!(maximumShare is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(maximumShare), maximumShare, "A share is from 0 to 1.");
        }

        return evidence =>
        {
            const string name = "drifted-share";
            if (evidence.Drift is not { } drift)
            {
                return new RetrainReason(name, RetrainOutcome.Undecided, "No window has been compared with the reference yet.");
            }

            var possible = (double)drift.Features.Count(f => f.Verdict is not DriftVerdict.NoDrift) / drift.Features.Length;
            return new RetrainReason(
                name,
                drift.DriftedShare > maximumShare ? RetrainOutcome.Fires : possible > maximumShare ? RetrainOutcome.Undecided : RetrainOutcome.Quiet,
                string.Create(CultureInfo.InvariantCulture, $"{drift.Features.Count(f => f.Verdict is DriftVerdict.Drift)} of {drift.Features.Length} features drifted; the mark is above {maximumShare:0.##}."));
        };
    }

    /// <summary>Fires when the model is older than a span.</summary>
    /// <param name="maximumAge">Positive.</param>
    public static RetrainCondition Age(TimeSpan maximumAge)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(maximumAge, TimeSpan.Zero);
        return evidence =>
        {
            var age = evidence.Now - evidence.TrainedAt;
            return new RetrainReason("age", age > maximumAge ? RetrainOutcome.Fires : RetrainOutcome.Quiet,
                string.Create(CultureInfo.InvariantCulture, $"The model is {age.TotalDays:0.#} days old; the mark is {maximumAge.TotalDays:0.#}."));
        };
    }

    /// <summary>Forbids a training while there are too few new labels to learn from.</summary>
    /// <param name="minimum">At least 1.</param>
    public static RetrainCondition NewLabels(long minimum)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(minimum, 1);
        return evidence => new RetrainReason("new-labels", evidence.NewLabels < minimum ? RetrainOutcome.Forbids : RetrainOutcome.Quiet,
            string.Create(CultureInfo.InvariantCulture, $"{evidence.NewLabels} new labels; the least is {minimum}."));
    }

    /// <summary>Forbids a training soon after the last one.</summary>
    /// <param name="span">Positive.</param>
    public static RetrainCondition Cooldown(TimeSpan span)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(span, TimeSpan.Zero);
        return evidence => evidence.LastRetrain is not { } last
            ? new RetrainReason("cooldown", RetrainOutcome.Quiet, "No training was called for before.")
            : new RetrainReason("cooldown", evidence.Now - last < span ? RetrainOutcome.Forbids : RetrainOutcome.Quiet,
                string.Create(CultureInfo.InvariantCulture, $"The last training was called for {(evidence.Now - last).TotalDays:0.#} days ago; the least is {span.TotalDays:0.#}."));
    }
}
