using System.Collections.Immutable;
using Workflow.Data.Metadata;

namespace Workflow.Inference.Rollouts;

/// <summary>A canary rollout whose every input is in the metadata database before it counts, so that a restart goes on where it was.</summary>
/// <remarks>
/// <para>Opening it again replays the journal and arrives at the same bits; a decision that differs from the one recorded is an error.
/// The journal holds hashes of keys, never keys.</para>
/// <para>Safe for concurrent use in one process. A second process that writes to the same rollout is refused: let the holder of a
/// <see cref="Lease"/> decide.</para>
/// </remarks>
public sealed class JournaledRollout : IDisposable
{
    private const int ReplayPage = 256;
    private readonly MetadataDatabase _database;
    private readonly CanaryRollout _rollout;
    private readonly int _metrics;
    private readonly SemaphoreSlim _turn = new(1);
    private long _sequence;
    private int _decisions;

    private JournaledRollout(MetadataDatabase database, CanaryRollout rollout, int metrics) =>
        (_database, _rollout, _metrics) = (database, rollout, metrics);

    /// <summary>Gets the rollout's name.</summary>
    public string Id => _rollout.Id;

    /// <summary>Gets where it stands.</summary>
    public RolloutStatus Status => _rollout.Status;

    /// <summary>Gets where it stood at the start and after each change of step or phase.</summary>
    public ImmutableArray<RolloutStatus> Timeline => _rollout.Timeline;

    /// <summary>Starts a rollout, or goes on with the one that has this name.</summary>
    /// <param name="database">Keeps the journal. Borrowed until the rollout is disposed.</param>
    /// <param name="id">Names this rollout of this challenger, for example <c>delay/7</c>; another challenger needs another name.</param>
    /// <param name="options">Settings; those of a rollout that is there must be equal.</param>
    /// <param name="startedAt">The start of the clock; ignored for a rollout that is there.</param>
    /// <param name="cancellationToken">A cancelled call has started nothing.</param>
    /// <returns>The rollout; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The settings cannot be used; lists everything that is wrong.</exception>
    /// <exception cref="InvalidOperationException">The rollout is there with other settings.</exception>
    /// <exception cref="InvalidDataException">The journal is damaged, or does not give the decisions that are recorded.</exception>
    public static async Task<JournaledRollout> OpenAsync(
        MetadataDatabase database, string id, CanaryOptions options, DateTimeOffset startedAt, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        options.Validate();
        await database.MigrateAsync(InferenceMigrations.All, cancellationToken).ConfigureAwait(false);

        var settings = RolloutJson.Write(options);
        var stored = await database.WriteAsync(
            async (transaction, token) =>
            {
                await transaction.ExecuteAsync(
                    $"INSERT INTO inference_rollouts (id, started_at, options) VALUES ({id}, {startedAt}, {settings}) ON CONFLICT (id) DO NOTHING", token).ConfigureAwait(false);
                return await transaction.QuerySingleAsync(
                    $"SELECT started_at, options FROM inference_rollouts WHERE id = {id}", static row => new Stored(row.GetTime(0), row.GetText(1)), token).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
        if (stored!.Options != settings)
        {
            throw new InvalidOperationException(
                $"The rollout '{id}' runs with the settings {stored.Options}, not {settings}. Evidence cannot be carried over: start a rollout of another name.");
        }

        var rollout = new JournaledRollout(database, new CanaryRollout(id, stored.StartedAt, options), options.Metrics.Count);
        try
        {
            await rollout.ReplayAsync(cancellationToken).ConfigureAwait(false);
            return rollout;
        }
        catch
        {
            rollout.Dispose();
            throw;
        }
    }

    /// <summary>Decides which model answers a request.</summary>
    /// <param name="key">What the request belongs to.</param>
    public RolloutArm Route(string key) => _rollout.Route(key);

    /// <inheritdoc cref="CanaryRollout.Observe"/>
    /// <param name="observations">As there.</param>
    /// <param name="cancellationToken">A cancelled call has taken nothing.</param>
    public Task<RolloutStatus> ObserveAsync(IReadOnlyList<RolloutObservation> observations, CancellationToken cancellationToken = default) =>
        TellAsync(RolloutEntry.Of(_rollout.Encode(observations)), cancellationToken);

    /// <inheritdoc cref="CanaryRollout.ReportFault"/>
    /// <param name="fault">As there.</param>
    /// <param name="cancellationToken">A cancelled call has taken nothing.</param>
    public Task<RolloutStatus> ReportFaultAsync(RolloutFault fault, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(fault);
        return TellAsync(RolloutEntry.Of(fault), cancellationToken);
    }

    /// <inheritdoc cref="CanaryRollout.AdvanceTo"/>
    /// <param name="at">As there.</param>
    /// <param name="cancellationToken">A cancelled call has taken nothing.</param>
    public Task<RolloutStatus> AdvanceToAsync(DateTimeOffset at, CancellationToken cancellationToken = default) => TellAsync(RolloutEntry.Of(at), cancellationToken);

    /// <summary>Lets go of the rollout; the journal stays.</summary>
    public void Dispose() => _turn.Dispose();

    private async Task<RolloutStatus> TellAsync(RolloutEntry entry, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_rollout.Status.Phase != RolloutPhase.Running)
            {
                return _rollout.Status;
            }

            // The input first: whatever happens after it, a replay decides the same.
            var sequence = _sequence + 1;
            var written = await _database.WriteAsync(
                (transaction, token) => transaction.ExecuteAsync(
                    $"""
                    INSERT INTO inference_rollout_entries (rollout, sequence, kind, content) VALUES ({Id}, {sequence}, {entry.Kind}, {entry.Content})
                    ON CONFLICT (rollout, sequence) DO NOTHING
                    """,
                    token),
                cancellationToken).ConfigureAwait(false);
            if (written != 1)
            {
                throw new InvalidOperationException($"Another process writes to the rollout '{Id}'. Let one decide (a lease), or open the rollout again.");
            }

            _sequence = sequence;
            entry.ApplyTo(_rollout, _metrics);

            // Too late to cancel: the entry is there. A decision that is not recorded because of a crash is recorded by the next replay.
            await RecordDecisionsAsync(sequence, CancellationToken.None).ConfigureAwait(false);
            return _rollout.Status;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task ReplayAsync(CancellationToken cancellationToken)
    {
        await RecordDecisionsAsync(0, cancellationToken).ConfigureAwait(false);
        while (true)
        {
            var after = _sequence;
            var page = await _database.ReadAsync(
                (transaction, token) => transaction.QueryAsync(
                    $"SELECT sequence, kind, content FROM inference_rollout_entries WHERE rollout = {Id} AND sequence > {after} ORDER BY sequence LIMIT {ReplayPage}",
                    static row => new NumberedEntry(row.GetInt64(0), new RolloutEntry(row.GetText(1), row.GetBlob(2))),
                    token),
                cancellationToken).ConfigureAwait(false);
            if (page.IsEmpty)
            {
                return;
            }

            foreach (var (sequence, entry) in page)
            {
                if (sequence != _sequence + 1)
                {
                    throw new InvalidDataException($"The journal of the rollout '{Id}' lacks entry {_sequence + 1}. Restore the metadata database, or start a new rollout.");
                }

                entry.ApplyTo(_rollout, _metrics);
                _sequence = sequence;
                await RecordDecisionsAsync(sequence, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task RecordDecisionsAsync(long sequence, CancellationToken cancellationToken)
    {
        var timeline = _rollout.Timeline;
        for (; _decisions < timeline.Length; _decisions++)
        {
            var number = _decisions;
            var (status, text) = (timeline[number], RolloutJson.Write(timeline[number]));
            var phase = status.Phase.ToString();
            long step = status.Step;
            var recorded = await _database.WriteAsync(
                async (transaction, token) =>
                {
                    await transaction.ExecuteAsync(
                        $"""
                        INSERT INTO inference_rollout_decisions (rollout, number, sequence, decided_at, phase, step, status)
                        VALUES ({Id}, {number}, {sequence}, {status.At}, {phase}, {step}, {text})
                        ON CONFLICT (rollout, number) DO NOTHING
                        """,
                        token).ConfigureAwait(false);
                    return await transaction.QuerySingleAsync(
                        $"SELECT status FROM inference_rollout_decisions WHERE rollout = {Id} AND number = {number}", static row => row.GetText(0), token).ConfigureAwait(false);
                },
                cancellationToken).ConfigureAwait(false);
            if (recorded != text)
            {
                throw new InvalidDataException(
                    $"Decision {number} of the rollout '{Id}' was recorded as {recorded}, but its journal gives {text}. One of them was changed: restore the metadata database.");
            }
        }
    }

    private sealed record Stored(DateTimeOffset StartedAt, string Options);

    private sealed record NumberedEntry(long Sequence, RolloutEntry Entry);
}
