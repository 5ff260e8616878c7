namespace Workflow.Inference.Rollouts;

/// <summary>Turns the losses of one metric into the two e-values. Not thread-safe.</summary>
/// <remarks>
/// A comparison is x = (challenger − champion + 1) / 2, from 0 to 1. Degradation bets against "the mean of x is at most ½", non-inferiority
/// on 1 − x against "the mean of x is at least (1 + tolerance) / 2". Neither is ever reset, so each spends its α once in the whole rollout.
/// </remarks>
internal sealed class MetricEvidence(RolloutMetric metric)
{
    // Control and challenger slices are equally large; this many losses ahead of the other side, one side is simply not reporting.
    private const int MaxWaiting = 1 << 16;

    private readonly BettingEProcess _degradation = new(0.5);
    private readonly BettingEProcess _nonInferiority = new((1 - metric.Tolerance) / 2);
    private readonly Queue<double> _waiting = new();
    private bool _isChallengerWaiting;

    public string Name => metric.Name;

    public double Degradation => _degradation.Wealth;

    public double NonInferiority => _nonInferiority.Wealth;

    public long ObservationsOfStep { get; private set; }

    public void BeginStep() => ObservationsOfStep = 0;

    public void AddPair(double champion, double challenger)
    {
        ObservationsOfStep++;
        Compare(champion, challenger);
    }

    /// <summary>Adds a loss of one arm and compares it with the oldest one of the other that waits.</summary>
    public void AddSingle(double loss, bool isChallenger)
    {
        if (isChallenger)
        {
            ObservationsOfStep++;
        }

        if (_waiting.Count > 0 && _isChallengerWaiting != isChallenger)
        {
            var other = _waiting.Dequeue();
            Compare(isChallenger ? other : loss, isChallenger ? loss : other);
        }
        else if (_waiting.Count < MaxWaiting)
        {
            _isChallengerWaiting = isChallenger;
            _waiting.Enqueue(loss);
        }
    }

    public MetricStatus ToStatus() => new()
    {
        Name = metric.Name,
        Comparisons = _degradation.Count,
        MeanDifference = (2 * _degradation.Mean) - 1,
        DegradationEvidence = Degradation,
        NonInferiorityEvidence = NonInferiority,
        ObservationsOfStep = ObservationsOfStep,
    };

    private void Compare(double champion, double challenger)
    {
        var x = (challenger - champion + 1) / 2;
        _degradation.Add(x);
        _nonInferiority.Add(1 - x);
    }
}
