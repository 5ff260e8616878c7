using System.Collections.Immutable;
using System.Globalization;

namespace Workflow.Inference.Rollouts;

/// <summary>
/// Tries a challenger on a growing share of the requests and decides, with a bounded probability of error however often it looks, whether
/// to go on, to promote it or to take it back.
/// </summary>
/// <remarks>
/// <para>Rolls back when the evidence that the challenger is worse reaches 1/<see cref="CanaryOptions.RollbackAlpha"/>, or at its faults.
/// Takes the next step when on every metric the evidence that it is not worse by the tolerance is at least
/// 1/<see cref="CanaryOptions.PromotionAlpha"/> and the step has lasted long enough; else holds; at the deadline ends without a verdict.
/// "Not significantly worse" never promotes. Evidence is looked at after every single observation and never reset.</para>
/// <para>The decision is a function of the start, the options and the sequence of what it was told: the same sequence gives the same bits.
/// Labels that arrive late, and out of order, are welcome; labels that arrive for some outcomes only (defaults that nobody reports) bias
/// any comparison, this one too.</para>
/// <para>Safe for concurrent use. Keeps its state in memory: <see cref="JournaledRollout"/> is the one that survives a restart.</para>
/// </remarks>
public sealed class CanaryRollout
{
    private readonly Lock _gate = new();
    private readonly ImmutableArray<int> _steps;
    private readonly ImmutableArray<MetricEvidence> _evidence;
    private readonly ImmutableArray<string> _metrics;
    private readonly RememberedKeys _seen = new();
    private readonly bool _isPaired;
    private readonly double _rollbackAt;
    private readonly double _promoteAt;
    private readonly int _minObservations;
    private readonly long _minStep;
    private readonly long _deadline;
    private readonly int _faultLimit;
    private RolloutPhase _phase;
    private int _step;
    private long _stepStartedAt;
    private long _clock;
    private int _faults;
    private int _weight;
    private RolloutStatus _status;
    private ImmutableArray<RolloutStatus> _timeline;

    /// <summary>Starts a rollout at its first step.</summary>
    /// <param name="id">Names this rollout of this challenger; it is the salt of the routing, so a new rollout picks other keys first.</param>
    /// <param name="startedAt">The start of the clock.</param>
    /// <param name="options">Settings; null for the defaults.</param>
    /// <exception cref="ArgumentException">The settings cannot be used; lists everything that is wrong.</exception>
    public CanaryRollout(string id, DateTimeOffset startedAt, CanaryOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        options ??= new CanaryOptions();
        options.Validate();
        Id = id;
        _steps = [.. options.Steps.Select(s => (int)Math.Round(s * (StickyBuckets.Count / 100.0)))];
        _metrics = [.. options.Metrics.Select(m => m.Name)];
        _evidence = [.. options.Metrics.Select(m => new MetricEvidence(m))];
        _isPaired = options.Evidence == RolloutEvidence.Paired;
        (_rollbackAt, _promoteAt) = (1 / options.RollbackAlpha, 1 / options.PromotionAlpha);
        (_minObservations, _faultLimit) = (options.MinObservations, options.FaultLimit);
        _stepStartedAt = _clock = ToMicroseconds(startedAt);
        _minStep = options.MinStepDuration.Ticks / TimeSpan.TicksPerMicrosecond;
        _deadline = _clock + (options.Deadline.Ticks / TimeSpan.TicksPerMicrosecond);
        _weight = _steps[0];
        _status = Describe("started");
        _timeline = [_status];
    }

    /// <summary>Gets the rollout's name.</summary>
    public string Id { get; }

    /// <summary>Gets where it stands.</summary>
    public RolloutStatus Status => Volatile.Read(ref _status);

    /// <summary>Gets where it stood at the start and after each change of step or phase.</summary>
    public ImmutableArray<RolloutStatus> Timeline
    {
        get
        {
            lock (_gate)
            {
                return _timeline;
            }
        }
    }

    /// <summary>Decides which model answers a request.</summary>
    /// <param name="key">What the request belongs to, for example a customer: the same key gets the same arm, and keeps the challenger as its share grows.</param>
    public RolloutArm Route(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var weight = Volatile.Read(ref _weight);
        if (weight is 0 or StickyBuckets.Count)
        {
            return weight == 0 ? RolloutArm.Champion : RolloutArm.Challenger;
        }

        var bucket = StickyBuckets.BucketOf(Id, key);
        return bucket < weight ? RolloutArm.Challenger
            : !_isPaired && IsControl(bucket, weight) ? RolloutArm.Control
            : RolloutArm.Champion;
    }

    /// <summary>Takes losses, in the order in which they arrived, and decides after each of them.</summary>
    /// <param name="observations">
    /// With <see cref="RolloutEvidence.Paired"/> both losses of each row. With <see cref="RolloutEvidence.ControlSlice"/> the loss of the
    /// model that answered; the champion's counts only for keys of the control slice. A key that was seen before is ignored.
    /// </param>
    /// <returns>Where the rollout stands now. Observations after the end change nothing.</returns>
    /// <exception cref="ArgumentException">Some are not usable (a loss outside 0 to 1, an unknown metric, a missing loss); lists the first of them, and nothing was taken.</exception>
    public RolloutStatus Observe(IReadOnlyList<RolloutObservation> observations) => Apply(Encode(observations));

    /// <summary>Takes a failure of the challenger. At the limit it is rolled back at once.</summary>
    /// <param name="fault">What failed.</param>
    /// <returns>Where the rollout stands now.</returns>
    public RolloutStatus ReportFault(RolloutFault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        lock (_gate)
        {
            if (_phase == RolloutPhase.Running)
            {
                _faults++;
                Advance(ToMicroseconds(fault.At));
                if (_faults >= _faultLimit)
                {
                    End(RolloutPhase.RolledBack, string.Create(CultureInfo.InvariantCulture, $"fault {_faults} of {_faultLimit} of the challenger: {fault.Detail}"));
                }
                else
                {
                    DecideOnTime();
                    Publish("holding");
                }
            }

            return _status;
        }
    }

    /// <summary>Tells the rollout the time, so that it can end at its deadline although nothing is observed any more.</summary>
    /// <param name="at">The moment; one before the rollout's clock changes nothing.</param>
    /// <returns>Where the rollout stands now.</returns>
    public RolloutStatus AdvanceTo(DateTimeOffset at)
    {
        lock (_gate)
        {
            if (_phase == RolloutPhase.Running)
            {
                Advance(ToMicroseconds(at));
                Decide();
                Publish("holding");
            }

            return _status;
        }
    }

    internal static long ToMicroseconds(DateTimeOffset at) => (at.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>Checks observations and turns them into what is journalled.</summary>
    internal ObservedLosses[] Encode(IReadOnlyList<RolloutObservation> observations)
    {
        ArgumentNullException.ThrowIfNull(observations);
        List<string> faults = [];
        var encoded = new ObservedLosses[observations.Count];
        for (var i = 0; i < encoded.Length; i++)
        {
            var observation = observations[i];
            var metric = _metrics.IndexOf(observation.Metric);
            if (metric < 0)
            {
                faults.Add($"[{i}] has the metric '{observation.Metric}', expected one of {string.Join(", ", _metrics)}");
            }

            if (!IsLoss(observation.ChampionLoss) || !IsLoss(observation.ChallengerLoss))
            {
                faults.Add(string.Create(CultureInfo.InvariantCulture, $"[{i}] has the losses {observation.ChampionLoss} and {observation.ChallengerLoss}, expected 0 to 1"));
            }

            if (_isPaired && (observation.ChampionLoss is null || observation.ChallengerLoss is null))
            {
                faults.Add($"[{i}] lacks a loss: paired evidence needs both");
            }

            if (string.IsNullOrEmpty(observation.Key))
            {
                faults.Add($"[{i}] has no key");
            }

            if (faults.Count > 0)
            {
                if (faults.Count >= 10)
                {
                    break;
                }

                continue;
            }

            encoded[i] = new ObservedLosses(
                StickyBuckets.HashOf(observation.Metric, observation.Key),
                (ushort)StickyBuckets.BucketOf(Id, observation.Key),
                (byte)metric,
                ToMicroseconds(observation.At),
                observation.ChampionLoss ?? double.NaN,
                observation.ChallengerLoss ?? double.NaN);
        }

        return faults.Count == 0 ? encoded : throw new ArgumentException($"Observations cannot be used: {string.Join("; ", faults)}.", nameof(observations));

        static bool IsLoss(double? loss) => loss is null or (>= 0 and <= 1);
    }

    internal RolloutStatus Apply(ReadOnlySpan<ObservedLosses> observations)
    {
        lock (_gate)
        {
            foreach (ref readonly var observation in observations)
            {
                if (_phase != RolloutPhase.Running)
                {
                    break;
                }

                Advance(observation.At);
                if (_seen.Add(observation.KeyHash))
                {
                    Take(observation);
                }

                Decide();
            }

            if (_phase == RolloutPhase.Running)
            {
                Publish("holding");
            }

            return _status;
        }
    }

    private static bool IsControl(int bucket, int weight) => bucket >= StickyBuckets.Count - Math.Min(weight, StickyBuckets.Count - weight);

    private void Take(in ObservedLosses observation)
    {
        var evidence = _evidence[observation.Metric];
        if (_isPaired)
        {
            evidence.AddPair(observation.ChampionLoss, observation.ChallengerLoss);
            return;
        }

        if (!double.IsNaN(observation.ChampionLoss) && IsControl(observation.Bucket, _weight))
        {
            evidence.AddSingle(observation.ChampionLoss, isChallenger: false);
        }

        if (!double.IsNaN(observation.ChallengerLoss))
        {
            evidence.AddSingle(observation.ChallengerLoss, isChallenger: true);
        }
    }

    private void Advance(long at) => _clock = Math.Max(_clock, at);

    private void Decide()
    {
        var degradation = MeanDegradation();
        if (degradation >= _rollbackAt)
        {
            End(RolloutPhase.RolledBack, string.Create(CultureInfo.InvariantCulture, $"worse: evidence {degradation:g4} reached {_rollbackAt:g4}"));
            return;
        }

        if (_clock - _stepStartedAt >= _minStep && _evidence.All(e => e.ObservationsOfStep >= _minObservations && e.NonInferiority >= _promoteAt))
        {
            var evidence = _evidence.Min(e => e.NonInferiority);
            var why = string.Create(CultureInfo.InvariantCulture, $"not worse by the tolerance: evidence {evidence:g4} reached {_promoteAt:g4}");
            if (_step == _steps.Length - 1)
            {
                End(RolloutPhase.Promoted, why);
                return;
            }

            _step++;
            _stepStartedAt = _clock;
            Volatile.Write(ref _weight, _steps[_step]);
            foreach (var metric in _evidence)
            {
                metric.BeginStep();
            }

            Publish(why, isTransition: true);
        }

        DecideOnTime();
    }

    private void DecideOnTime()
    {
        if (_clock >= _deadline)
        {
            End(RolloutPhase.NotEnoughEvidence, "the deadline passed without enough evidence; the champion stays");
        }
    }

    private void End(RolloutPhase phase, string reason)
    {
        _phase = phase;
        Volatile.Write(ref _weight, phase == RolloutPhase.Promoted ? StickyBuckets.Count : 0);
        Publish(reason, isTransition: true);
    }

    private void Publish(string reason, bool isTransition = false)
    {
        if (_phase != RolloutPhase.Running && !isTransition)
        {
            return;
        }

        Volatile.Write(ref _status, Describe(reason));
        if (isTransition)
        {
            _timeline = _timeline.Add(_status);
        }
    }

    private double MeanDegradation()
    {
        var sum = 0.0;
        foreach (var metric in _evidence)
        {
            sum += metric.Degradation;
        }

        return sum / _evidence.Length;
    }

    private RolloutStatus Describe(string reason) => new()
    {
        Phase = _phase,
        Step = _step,
        Weight = _weight * 100.0 / StickyBuckets.Count,
        At = DateTimeOffset.UnixEpoch.AddTicks(_clock * TimeSpan.TicksPerMicrosecond),
        DegradationEvidence = MeanDegradation(),
        Metrics = [.. _evidence.Select(e => e.ToStatus())],
        Faults = _faults,
        Reason = reason,
    };
}
