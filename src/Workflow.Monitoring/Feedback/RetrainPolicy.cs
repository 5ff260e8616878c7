using System.Collections.Immutable;

namespace Workflow.Monitoring.Feedback;

/// <summary>Decides when a challenger should be trained. Immutable; safe for concurrent use; equal evidence gives equal decisions.</summary>
/// <remarks>
/// A condition that forbids wins over all; then one that fires; then one that is undecided. The outcome is a decision with its
/// reasons, never a deployment: what is trained has to pass its gate.
/// </remarks>
public sealed class RetrainPolicy
{
    private readonly ImmutableArray<RetrainCondition> _conditions;

    /// <summary>Composes a policy.</summary>
    /// <param name="conditions">At least one; every one is asked, in this order.</param>
    public RetrainPolicy(params IEnumerable<RetrainCondition> conditions)
    {
        ArgumentNullException.ThrowIfNull(conditions);
        _conditions = [.. conditions];
        if (_conditions.IsEmpty)
        {
            throw new ArgumentException("A retrain policy needs at least one condition.", nameof(conditions));
        }
    }

    /// <summary>Makes the default policy: realised AUC, drifted share, age, new labels, cooldown.</summary>
    /// <param name="options">The marks; null for the documented defaults.</param>
    public static RetrainPolicy Create(RetrainPolicyOptions? options = null)
    {
        options ??= new RetrainPolicyOptions();
        return new RetrainPolicy(new RetrainCondition?[]
        {
            options.MaximumAucDrop is { } drop ? RetrainConditions.AucDrop(drop) : null,
            options.MaximumDriftedShare is { } share ? RetrainConditions.DriftedShare(share) : null,
            options.MaximumAge is { } age ? RetrainConditions.Age(age) : null,
            options.MinimumNewLabels is { } labels ? RetrainConditions.NewLabels(labels) : null,
            options.Cooldown is { } cooldown ? RetrainConditions.Cooldown(cooldown) : null,
        }.OfType<RetrainCondition>());
    }

    /// <summary>Gives the same policy with one more condition.</summary>
    /// <param name="condition">Asked last.</param>
    public RetrainPolicy With(RetrainCondition condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return new RetrainPolicy(_conditions.Add(condition));
    }

    /// <summary>Decides.</summary>
    /// <param name="evidence">What is known.</param>
    public RetrainDecision Decide(RetrainEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        ImmutableArray<RetrainReason> reasons = [.. _conditions.Select(c => c(evidence))];
        var strongest = reasons.Max(r => r.Outcome);
        return new RetrainDecision
        {
            At = evidence.Now.ToUniversalTime(),
            Verdict = strongest switch
            {
                RetrainOutcome.Fires => RetrainVerdict.Retrain,
                RetrainOutcome.Undecided => RetrainVerdict.NotEnoughEvidence,
                _ => RetrainVerdict.Keep,
            },
            Reasons = reasons,
        };
    }
}
