using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Workflow.Data.Definitions;
using Workflow.Data.Metadata;

namespace Workflow.Training.Experiments;

/// <summary>Keeps the records of training runs in the metadata database.</summary>
/// <remarks>
/// <para>What was logged is durable when the task completes. Safe for concurrent use by threads and processes.</para>
/// <para>Metrics are appended, never overwritten: a run that is started again starts with none.</para>
/// </remarks>
public sealed class ExperimentStore
{
    private const int MaxName = 256;
    private const int MaxMetricName = 250;
    private readonly MetadataDatabase _database;

    /// <summary>Uses a database, whose tables are made at the first call.</summary>
    /// <param name="database">Not disposed.</param>
    public ExperimentStore(MetadataDatabase database)
    {
        ArgumentNullException.ThrowIfNull(database);
        _database = database;
    }

    /// <summary>Starts a run.</summary>
    /// <param name="draft">What it is. With an <see cref="RunDraft.Id"/> that exists, a run with the same experiment, name and parameters starts again, without its old metrics.</param>
    /// <param name="cancellationToken">A cancelled call starts nothing.</param>
    /// <returns>The run's id.</returns>
    /// <exception cref="ArgumentException">Names or the id are not allowed, or the id belongs to a run with another experiment, name or parameters.</exception>
    public async Task<string> StartRunAsync(RunDraft draft, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(draft);
        Check(draft);
        await _database.MigrateAsync(TrainingMigrations.All, cancellationToken).ConfigureAwait(false);
        var id = draft.Id ?? Guid.CreateVersion7().ToString("N");
        var (parameters, environment) = (ToJson(draft.Parameters), ToJson(draft.Environment));
        return await _database.WriteAsync(
            async (transaction, token) =>
            {
                var existing = await transaction.QuerySingleAsync(
                    $"SELECT experiment, name, parameters FROM training_runs WHERE id = {id}",
                    static row => new RunIdentity(row.GetText(0), row.GetText(1), row.GetText(2)),
                    token).ConfigureAwait(false);
                if (existing is not null && existing != new RunIdentity(draft.Experiment, draft.Name, parameters))
                {
                    throw new ArgumentException($"The id '{id}' belongs to run '{existing.Name}' of experiment '{existing.Experiment}' with parameters {existing.Parameters}; derive another id for {parameters}.", nameof(draft));
                }

                await transaction.ExecuteAsync($"DELETE FROM training_metrics WHERE run_id = {id}", token).ConfigureAwait(false);
                await transaction.ExecuteAsync(
                    $"""
                    INSERT INTO training_runs (id, experiment, name, status, started_at, finished_at, parameters, environment)
                    VALUES ({id}, {draft.Experiment}, {draft.Name}, {nameof(ExperimentStatus.Running)}, {transaction.Now}, NULL, {parameters}, {environment})
                    ON CONFLICT (id) DO UPDATE SET status = excluded.status, started_at = excluded.started_at, finished_at = NULL, environment = excluded.environment
                    """,
                    token).ConfigureAwait(false);
                return id;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Adds values of metrics, all or none.</summary>
    /// <param name="runId">The run, which must not have ended.</param>
    /// <param name="metrics">The values, in order.</param>
    /// <param name="cancellationToken">A cancelled call logs nothing.</param>
    /// <exception cref="RunNotFoundException">There is no such run.</exception>
    /// <exception cref="InvalidOperationException">The run has ended.</exception>
    /// <exception cref="ArgumentException">A metric has no name, or too long a one.</exception>
    public async Task LogMetricsAsync(string runId, IReadOnlyCollection<MetricPoint> metrics, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(runId);
        ArgumentNullException.ThrowIfNull(metrics);
        foreach (var metric in metrics)
        {
            CheckLength(metric.Name, MaxMetricName, "metric");
        }

        await _database.MigrateAsync(TrainingMigrations.All, cancellationToken).ConfigureAwait(false);
        await _database.WriteAsync(
            async (transaction, token) =>
            {
                await RequireRunningAsync(transaction, runId, token).ConfigureAwait(false);
                foreach (var (name, value, step) in metrics)
                {
                    // As bits: NULL and NaN, and the many NaNs, are one to some databases.
                    await transaction.ExecuteAsync(
                        $"""
                        INSERT INTO training_metrics (run_id, name, step, position, value, logged_at)
                        SELECT {runId}, {name}, {step}, COUNT(*), {BitConverter.DoubleToInt64Bits(value)}, {transaction.Now}
                        FROM training_metrics WHERE run_id = {runId} AND name = {name} AND step = {step}
                        """,
                        token).ConfigureAwait(false);
                }

                return true;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends a run.</summary>
    /// <param name="runId">The run. One that has ended with the same status stays as it is.</param>
    /// <param name="status">How it ended; not <see cref="ExperimentStatus.Running"/>.</param>
    /// <param name="cancellationToken">A cancelled call ends nothing.</param>
    /// <exception cref="RunNotFoundException">There is no such run.</exception>
    /// <exception cref="InvalidOperationException">The run has ended with another status.</exception>
    public async Task FinishAsync(string runId, ExperimentStatus status, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(runId);
        if (status is ExperimentStatus.Running || !Enum.IsDefined(status))
        {
            throw new ArgumentException($"A run ends as Finished, Failed or Killed, not as {status}.", nameof(status));
        }

        await _database.MigrateAsync(TrainingMigrations.All, cancellationToken).ConfigureAwait(false);
        await _database.WriteAsync(
            async (transaction, token) =>
            {
                if (await StatusAsync(transaction, runId, token).ConfigureAwait(false) == status.ToString())
                {
                    return false;
                }

                await RequireRunningAsync(transaction, runId, token).ConfigureAwait(false);
                await transaction.ExecuteAsync($"UPDATE training_runs SET status = {status.ToString()}, finished_at = {transaction.Now} WHERE id = {runId}", token).ConfigureAwait(false);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads a run with all its metrics.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Passed on.</param>
    /// <returns>The run, or null where there is none.</returns>
    public async Task<ExperimentRun?> GetAsync(string runId, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(runId);
        await _database.MigrateAsync(TrainingMigrations.All, cancellationToken).ConfigureAwait(false);
        return await _database.ReadAsync(
            async (transaction, token) =>
            {
                var metrics = await transaction.QueryAsync(
                    $"SELECT name, value, step FROM training_metrics WHERE run_id = {runId} ORDER BY name, step, position",
                    static row => new MetricPoint(row.GetText(0), BitConverter.Int64BitsToDouble(row.GetInt64(1)), row.GetInt64(2)),
                    token).ConfigureAwait(false);
                return await transaction.QuerySingleAsync(
                    $"SELECT id, experiment, name, status, started_at, finished_at, parameters, environment FROM training_runs WHERE id = {runId}",
                    row => Map(row, metrics),
                    token).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lists the newest runs of an experiment, newest first, without their metrics.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="limit">The most runs wanted. Default 100; from 1 to 10,000.</param>
    /// <param name="cancellationToken">Passed on.</param>
    public async Task<ImmutableArray<ExperimentRun>> ListAsync(string experiment, int limit = 100, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(experiment);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 10_000);
        await _database.MigrateAsync(TrainingMigrations.All, cancellationToken).ConfigureAwait(false);
        return await _database.ReadAsync(
            (transaction, token) => transaction.QueryAsync(
                $"""
                SELECT id, experiment, name, status, started_at, finished_at, parameters, environment
                FROM training_runs WHERE experiment = {experiment} ORDER BY started_at DESC, id DESC LIMIT {(long)limit}
                """,
                static row => Map(row, []),
                token),
            cancellationToken).ConfigureAwait(false);
    }

    private static ExperimentRun Map(MetadataRow row, ImmutableArray<MetricPoint> metrics) => new()
    {
        Id = row.GetText(0),
        Experiment = row.GetText(1),
        Name = row.GetText(2),
        Status = Enum.Parse<ExperimentStatus>(row.GetText(3)),
        StartedAt = row.GetTime(4),
        FinishedAt = row.GetTimeOrNull(5),
        Parameters = FromJson(row.GetText(6)),
        Environment = FromJson(row.GetText(7)),
        Metrics = metrics,
    };

    private static async Task<string> StatusAsync(MetadataTransaction transaction, string runId, CancellationToken cancellationToken) =>
        await transaction.QuerySingleAsync($"SELECT status FROM training_runs WHERE id = {runId}", static row => row.GetText(0), cancellationToken).ConfigureAwait(false)
        ?? throw new RunNotFoundException(runId);

    private static async Task RequireRunningAsync(MetadataTransaction transaction, string runId, CancellationToken cancellationToken)
    {
        var status = await StatusAsync(transaction, runId, cancellationToken).ConfigureAwait(false);
        if (status != nameof(ExperimentStatus.Running))
        {
            throw new InvalidOperationException($"The run '{runId}' has ended ({status}); start it again, or another one.");
        }
    }

    private static void Check(RunDraft draft)
    {
        CheckLength(draft.Experiment, MaxName, "experiment");
        CheckLength(draft.Name, MaxName, "run");
        if (draft.Id is { } id && (id.Length is 0 or > 128 || !id.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')))
        {
            throw new ArgumentException($"'{id}' is no id of a run: letters, digits, _ and -, at most 128.", nameof(draft));
        }
    }

    private static void CheckLength(string name, int most, string what)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > most)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"'{name}' is no name of a {what}: 1 to {most} characters."), nameof(name));
        }
    }

    private static string ToJson(IReadOnlyDictionary<string, string> pairs) =>
        Encoding.UTF8.GetString(CanonicalJson.Serialize(new JsonObject(pairs.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value)))));

    private static Dictionary<string, string> FromJson(string json) =>
        JsonNode.Parse(json)!.AsObject().ToDictionary(p => p.Key, p => (string)p.Value!, StringComparer.Ordinal);

    private sealed record RunIdentity(string Experiment, string Name, string Parameters);
}
