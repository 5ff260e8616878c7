using Apache.Arrow;
using Microsoft.Extensions.Logging;
using Workflow.Data.Metadata;
using Workflow.Data.Registry;
using Workflow.Data.Storage;
using Workflow.Inference.Rollouts;
using Workflow.Inference.Scoring;

namespace Workflow.Inference.Serving;

/// <summary>A model under a name that does not change while its versions do.</summary>
/// <remarks>
/// <para>Safe for concurrent use. A swap is one write of a reference: calls that are inside finish on the version they began with, no call
/// fails, and a replaced version is freed when its last call has left and <see cref="ServedModelOptions.KeepWarm"/> has passed.</para>
/// <para>During a rollout a challenger that fails on a request (an exception, a score that is no number) is reported to the rollout and
/// the champion answers instead. Rows that do not fit the model are the caller's fault, not the challenger's.</para>
/// </remarks>
public sealed class ServedModel
{
    private readonly ServedModelOptions _options;
    private readonly MetadataDatabase _database;
    private readonly ModelRegistry _registry;
    private readonly IObjectStore _objects;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly InferenceTelemetry _telemetry;
    private readonly Lock _gate = new();
    private readonly KeyValuePair<string, object?> _tag;
    private Routes _routes = Routes.Empty;
    private ITimer? _cooling;
    private bool _isClosed;

    internal ServedModel(string name, ServedModelOptions options, ServingDependencies dependencies)
    {
        (Name, _options) = (name, options);
        (_database, _registry, _objects) = (dependencies.Database, dependencies.Registry, dependencies.Objects);
        (_time, _logger, _telemetry) = (dependencies.Time, dependencies.Logger, dependencies.Telemetry);
        _tag = new KeyValuePair<string, object?>("workflow.model", name);
    }

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets whether a version is loaded and warm.</summary>
    public bool IsReady => Current.Champion is not null;

    /// <summary>Gets the version in production; null before the first is loaded.</summary>
    public ServedVersion? Champion => Current.Champion;

    /// <summary>Gets the version on trial; null when there is none.</summary>
    public ServedVersion? Challenger => Current.Challenger;

    /// <summary>Gets the rollout that runs; null when there is none.</summary>
    public JournaledRollout? Rollout => Current.Rollout;

    internal bool HasSource => _options.Source is not null;

    private Routes Current => Volatile.Read(ref _routes);

    /// <summary>Scores a batch with the version in production. Matches <see cref="ScoreBatch"/>.</summary>
    /// <inheritdoc cref="OnnxScorer.ScoreAsync"/>
    /// <exception cref="ModelNotReadyException">No version is loaded yet.</exception>
    public ValueTask<RecordBatch> ScoreAsync(RecordBatch batch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var version = Enter(static routes => routes.Champion);
        try
        {
            var scores = version.Scorer.ScoreInside(batch, cancellationToken);
            _telemetry.Rows(batch.Length, _tag);
            return ValueTask.FromResult(scores);
        }
        finally
        {
            version.Scorer.Exit();
        }
    }

    /// <summary>Scores rows with the version in production, without allocating.</summary>
    /// <inheritdoc cref="OnnxScorer.Score"/>
    /// <exception cref="ModelNotReadyException">No version is loaded yet.</exception>
    public void Score(ReadOnlySpan<float> rows, Span<double> scores)
    {
        var version = Enter(static routes => routes.Champion);
        try
        {
            version.Scorer.ScoreInside(rows, scores);
            _telemetry.Rows(scores.Length / version.Scorer.ScoreCount, _tag);
        }
        finally
        {
            version.Scorer.Exit();
        }
    }

    /// <summary>Scores a batch with the challenger, in the shadow of the champion: the other half of paired evidence.</summary>
    /// <inheritdoc cref="OnnxScorer.ScoreAsync" path="/param"/>
    /// <returns>The scores, which the caller disposes; null when there is no challenger, or it failed and was reported to its rollout.</returns>
    /// <exception cref="Data.Tables.SchemaMismatchException">The batch lacks columns that the challenger needs; all are listed.</exception>
    public async ValueTask<RecordBatch?> ScoreChallengerAsync(RecordBatch batch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (TryEnter(static routes => routes.Challenger) is not { } version)
        {
            return null;
        }

        try
        {
            return version.Scorer.ScoreInside(batch, cancellationToken);
        }
        catch (Exception fault) when (IsModelFault(fault))
        {
            await ReportAsync(version, fault).ConfigureAwait(false);
            return null;
        }
        finally
        {
            version.Scorer.Exit();
        }
    }

    /// <summary>Runs the graph of the version that the routing, or the query, names.</summary>
    /// <param name="query">The tensors.</param>
    /// <param name="cancellationToken">Observed before the run.</param>
    /// <exception cref="Data.Tables.SchemaMismatchException">Names, types, shapes or lengths do not fit; all differences are listed.</exception>
    /// <exception cref="NonFiniteScoresException">The champion gave NaN or an infinity, and that is not allowed.</exception>
    /// <exception cref="InvalidDataException">The graph refuses these values; says why.</exception>
    /// <exception cref="ModelVersionNotServedException">The version that the query names is not loaded.</exception>
    /// <exception cref="ModelNotReadyException">No version is loaded yet.</exception>
    public async ValueTask<TensorAnswer> RunAsync(TensorQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        cancellationToken.ThrowIfCancellationRequested();
        var arm = RolloutArm.Champion;
        if (query.Version is null && Current.Rollout is { } rollout)
        {
            arm = rollout.Route(query.Key ?? Guid.NewGuid().ToString("n"));
        }

        if (arm == RolloutArm.Challenger && TryEnter(static routes => routes.Challenger) is { } challenger)
        {
            try
            {
                return Run(challenger, query, arm);
            }
            catch (Exception fault) when (IsModelFault(fault))
            {
                await ReportAsync(challenger, fault).ConfigureAwait(false);
            }
            finally
            {
                challenger.Scorer.Exit();
            }
        }

        var version = query.Version is { } number
            ? TryEnter(routes => routes.Find(number)) ?? throw new ModelVersionNotServedException(Name, number)
            : Enter(static routes => routes.Champion);
        try
        {
            return Run(version, query, arm == RolloutArm.Control ? arm : RolloutArm.Champion);
        }
        finally
        {
            version.Scorer.Exit();
        }
    }

    /// <summary>Loads a version, warms it up and checks it, and then lets it answer.</summary>
    /// <param name="source">Where it comes from.</param>
    /// <param name="cancellationToken">A cancelled call changes nothing.</param>
    /// <returns>The version.</returns>
    /// <exception cref="InvalidOperationException">A rollout runs.</exception>
    /// <remarks>When loading or the probe throws, the version in production stays.</remarks>
    public async Task<ServedVersion> SwapAsync(ModelSource source, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        var version = await LoadAsync(source, cancellationToken).ConfigureAwait(false);
        if (!TryChange(routes => routes.Rollout is null ? routes with { Champion = version, Previous = routes.Champion } : null))
        {
            version.Scorer.Dispose();
            throw new InvalidOperationException($"The rollout '{Current.Rollout?.Id}' of '{Name}' runs (or the host is closed): a swap would change what it compares. Let it end first.");
        }

        _logger.ModelSwapped(Name, version.Number, version.Digest);
        return version;
    }

    /// <summary>Lets the version answer again that the last swap replaced, if it is still warm.</summary>
    /// <returns>Whether it was.</returns>
    public bool Revert()
    {
        var isReverted = TryChange(routes => routes is { Previous: { } previous, Rollout: null } ? routes with { Champion = previous, Previous = routes.Champion } : null);
        if (isReverted)
        {
            _logger.ModelReverted(Name, Current.Champion!.Number);
        }

        return isReverted;
    }

    /// <summary>Loads a challenger and starts to try it, or goes on with the rollout of that name.</summary>
    /// <param name="plan">The challenger and the settings.</param>
    /// <param name="cancellationToken">A cancelled call changes nothing.</param>
    /// <returns>Where the rollout stands; one that has ended already is applied again.</returns>
    /// <exception cref="InvalidOperationException">Another rollout runs, or no champion is loaded.</exception>
    public async Task<RolloutStatus> BeginRolloutAsync(RolloutPlan plan, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var challenger = await LoadAsync(plan.Challenger, cancellationToken).ConfigureAwait(false);
        JournaledRollout? rollout = null;
        try
        {
            rollout = await JournaledRollout.OpenAsync(_database, plan.Id, plan.Options, plan.StartedAt ?? _time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
            if (!TryChange(routes => routes is { Champion: not null, Rollout: null } ? routes with { Challenger = challenger, Rollout = rollout } : null))
            {
                throw new InvalidOperationException($"'{Name}' has no champion yet, or its rollout '{Current.Rollout?.Id}' still runs.");
            }
        }
        catch
        {
            challenger.Scorer.Dispose();
            rollout?.Dispose();
            throw;
        }

        _logger.RolloutBegun(Name, plan.Id, challenger.Number);
        return Conclude(rollout, rollout.Status);
    }

    /// <summary>Gives the rollout losses, as labels arrive, and puts its decision into effect.</summary>
    /// <inheritdoc cref="CanaryRollout.Observe"/>
    /// <param name="observations">As there.</param>
    /// <param name="cancellationToken">A cancelled call has taken nothing.</param>
    /// <exception cref="InvalidOperationException">No rollout runs.</exception>
    public async Task<RolloutStatus> ObserveAsync(IReadOnlyList<RolloutObservation> observations, CancellationToken cancellationToken = default)
    {
        var rollout = Current.Rollout ?? throw new InvalidOperationException($"No rollout of '{Name}' runs.");
        return Conclude(rollout, await rollout.ObserveAsync(observations, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Tells the rollout the time, so that it ends at its deadline, and puts its decision into effect.</summary>
    /// <param name="at">The moment, in the time of the observations.</param>
    /// <param name="cancellationToken">A cancelled call has changed nothing.</param>
    /// <exception cref="InvalidOperationException">No rollout runs.</exception>
    public async Task<RolloutStatus> AdvanceRolloutAsync(DateTimeOffset at, CancellationToken cancellationToken = default)
    {
        var rollout = Current.Rollout ?? throw new InvalidOperationException($"No rollout of '{Name}' runs.");
        return Conclude(rollout, await rollout.AdvanceToAsync(at, cancellationToken).ConfigureAwait(false));
    }

    internal Task<ServedVersion> LoadInitialAsync(CancellationToken cancellationToken) => SwapAsync(_options.Source!, cancellationToken);

    internal void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
        }

        TryChange(_ => Routes.Empty, isClosing: true);
    }

    private static bool IsModelFault(Exception fault) =>
        fault is NonFiniteScoresException or InvalidDataException or Microsoft.ML.OnnxRuntime.OnnxRuntimeException;

    private TensorAnswer Run(ServedVersion version, TensorQuery query, RolloutArm arm)
    {
        var outputs = version.Scorer.RunInside(query.Inputs, query.Outputs);
        _telemetry.Rows(query.Inputs is [{ Shape: [var rows, ..] }, ..] ? rows : 1, _tag);
        return new TensorAnswer { Version = version.Number, Arm = arm, Outputs = outputs };
    }

    private ServedVersion Enter(Func<Routes, ServedVersion?> select) => TryEnter(select) ?? throw new ModelNotReadyException(Name);

    // A version that is disposed between the read and the entry has been replaced: the new table has another.
    private ServedVersion? TryEnter(Func<Routes, ServedVersion?> select)
    {
        while (select(Current) is { } version)
        {
            if (version.Scorer.TryEnter())
            {
                return version;
            }
        }

        return null;
    }

    private async Task ReportAsync(ServedVersion version, Exception fault)
    {
        _logger.ChallengerFailed(Name, version.Number, fault);
        if (Current is { Rollout: { } rollout, Challenger: { } challenger } && challenger == version)
        {
            try
            {
                var report = new RolloutFault { At = rollout.Status.At, Detail = fault.Message };
                Conclude(rollout, await rollout.ReportFaultAsync(report, CancellationToken.None).ConfigureAwait(false));
            }
            catch (Exception journal) when (journal is not OutOfMemoryException)
            {
                // The request is answered by the champion all the same; the next fault is reported again.
                _logger.FaultNotJournaled(Name, rollout.Id, journal);
            }
        }
    }

    private RolloutStatus Conclude(JournaledRollout rollout, RolloutStatus status)
    {
        if (status.Phase != RolloutPhase.Running
            && TryChange(routes => routes.Rollout != rollout ? null
                : status.Phase == RolloutPhase.Promoted
                    ? new Routes { Champion = routes.Challenger, Previous = routes.Champion }
                    : routes with { Challenger = null, Rollout = null }))
        {
            _logger.RolloutEnded(Name, rollout.Id, status.Phase, status.Reason);
        }

        return status;
    }

    private async Task<ServedVersion> LoadAsync(ModelSource source, CancellationToken cancellationToken)
    {
        var version = await source.LoadAsync(_options.Scorer.With(_options.Scorer.Name, _options.Scorer.Signature), _registry, _objects, cancellationToken).ConfigureAwait(false);
        try
        {
            WarmUp.Run(version.Scorer, _options.WarmUpRuns);
            if (_options.Probe is { } probe)
            {
                await probe(version.Scorer, cancellationToken).ConfigureAwait(false);
            }

            return version;
        }
        catch
        {
            version.Scorer.Dispose();
            throw;
        }
    }

    /// <summary>Puts a new table in place and frees what is in none of its places any more.</summary>
    /// <returns>False when there is nothing to change, or the model is closed.</returns>
    private bool TryChange(Func<Routes, Routes?> change, bool isClosing = false)
    {
        Routes before;
        lock (_gate)
        {
            before = _routes;
            if ((_isClosed && !isClosing) || change(before) is not { } after)
            {
                return false;
            }

            Volatile.Write(ref _routes, after);
            if (after.Previous is { } cooling && cooling != before.Previous)
            {
                _cooling?.Dispose();
                _cooling = _time.CreateTimer(
                    _ => TryChange(routes => routes.Previous == cooling ? routes with { Previous = null } : null), null, _options.KeepWarm, Timeout.InfiniteTimeSpan);
            }
            else if (isClosing)
            {
                _cooling?.Dispose();
            }

            ServedVersion?[] kept = [after.Champion, after.Previous, after.Challenger];
            foreach (var version in new[] { before.Champion, before.Previous, before.Challenger })
            {
                if (version is not null && !kept.Contains(version))
                {
                    version.Scorer.Dispose();
                }
            }

            if (before.Rollout is { } ended && after.Rollout is null && isClosing)
            {
                ended.Dispose();
            }
        }

        return true;
    }
}
