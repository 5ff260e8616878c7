using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Workflow.Data.Tables;
using Workflow.Training.LightGbm.Boosting;
using Workflow.Training.LightGbm.Native;
using Workflow.Training.LightGbm.Text;
using Workflow.Training.Trainers;

namespace Workflow.Training.LightGbm;

/// <summary>Gradient boosting with LightGBM's own native library.</summary>
/// <remarks>
/// <para>Features are numbers and booleans; nulls and NaN are missing values, which are learnt from. Strings and dictionaries are refused.</para>
/// <para>
/// Rows are streamed: labels, weights and binned features (a byte per value up to 255 bins) stay in memory, nothing else does.
/// The table is read three times: targets, a sample for the bins, features.
/// </para>
/// <para>
/// Deterministic: equal rows, settings and seed give a model of equal bytes on one machine, whatever the number of threads
/// (which the model's parameter section records). Labels are rounded to float32, as LightGBM stores them.
/// </para>
/// <para>All native calls of a training run on one thread of its own. A cancelled call returns at once; that thread frees its memory after the iteration it is in.</para>
/// <para>Safe for concurrent use: each call trains its own model.</para>
/// </remarks>
public sealed class LightGbmTrainer : Trainer<LightGbmOptions>
{
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <summary>Takes a copy of the settings.</summary>
    /// <param name="options">Checked when training starts.</param>
    /// <param name="timeProvider">The clock of the progress; null for the system's.</param>
    /// <param name="logger">Null for none.</param>
    public LightGbmTrainer(LightGbmOptions options, TimeProvider? timeProvider = null, ILogger<LightGbmTrainer>? logger = null)
        : base(options) => (_time, _logger) = (timeProvider ?? TimeProvider.System, logger ?? NullLogger<LightGbmTrainer>.Instance);

    /// <inheritdoc/>
    public override TrainerCapabilities Capabilities => new()
    {
        Task = Options.Task,
        AcceptsMissingValues = true,
        AcceptsCategories = false,
        AcceptsWeights = true,
        IsDeterministic = true,
        IsExportable = true,
    };

    /// <inheritdoc/>
    /// <exception cref="LightGbmUnavailableException">The native library is missing; says what to add.</exception>
    protected override async Task<FittedModel> FitCoreAsync(
        TableSource train, TableSource? validation, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        LightGbmLibrary.Load(_logger);
        var columns = TrainingColumns.Find(train, Options);
        if (validation is not null)
        {
            columns.Require(validation);
        }

        var gate = new ProgressGate(progress, _time);
        var targets = await TrainingTargets.ReadAsync(train, columns, Options, needsAllClasses: true, cancellationToken).ConfigureAwait(false);
        var validationTargets = validation is null
            ? null
            : await TrainingTargets.ReadAsync(validation, columns, Options, needsAllClasses: false, cancellationToken).ConfigureAwait(false);
        _logger.TrainingStarted(targets.Rows, columns.Features.Length, Options.EffectiveThreads, validationTargets?.Rows ?? 0);

        var seed = Options.Seed ?? RandomNumberGenerator.GetInt32(int.MaxValue);
        var result = await BoostAsync(new(train, targets), validation is null ? null : new(validation, validationTargets!), (columns, seed, gate), cancellationToken).ConfigureAwait(false);
        _logger.TrainingFinished(result.Iterations, result.Best, result.Reason, MetricName, result.Value);
        return LightGbmModel.From(result.Text, new ModelFooter { Signature = ModelFooter.SignatureOf(columns.Inputs, Options.Classes ?? 1), Facts = Facts(result, seed) });
    }

    private async Task<BoostingResult> BoostAsync(
        TrainingTable train, TrainingTable? validation, (TrainingColumns Columns, int Seed, ProgressGate Gate) with, CancellationToken cancellationToken)
    {
        var slot = await NativeThreads.EnterAsync(Options.EffectiveThreads, cancellationToken).ConfigureAwait(false);
        using var thread = new TrainingThread();
        var session = new BoostingSession(TrainingParameters.Write(Options, with.Seed));
        try
        {
            var run = new TrainingRun(with.Columns, thread, session, with.Gate);
            await run.LoadTrainAsync(train.Rows, train.Targets, cancellationToken).ConfigureAwait(false);
            if (validation is not null)
            {
                await run.LoadValidationAsync(validation.Rows, validation.Targets, cancellationToken).ConfigureAwait(false);
            }

            await thread.RunAsync(() => { session.SetNames(FeatureNames.ForText(with.Columns.Features)); return true; }, cancellationToken).ConfigureAwait(false);
            var loop = new BoostingLoop(session, Options, validation is not null, with.Gate);
            return await thread.RunAsync(() => loop.Run(cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // Not awaited: after a cancellation the thread may still be inside an iteration.
            thread.End(() =>
            {
                session.Dispose();
                slot.Dispose();
            });
        }
    }

    private string MetricName => TrainingParameters.Name(Options.EffectiveMetric, Options.Task);

    private SortedDictionary<string, string> Facts(BoostingResult result, int seed) => new(StringComparer.Ordinal)
    {
        ["engine"] = "LightGBM",
        ["engine.version"] = LightGbmLibrary.Version,
        ["iterations.run"] = result.Iterations.ToString(CultureInfo.InvariantCulture),
        ["iterations.kept"] = result.Best.ToString(CultureInfo.InvariantCulture),
        ["stopped"] = result.Reason,
        ["validation.metric"] = MetricName,
        ["validation.value"] = result.Value.ToString("R", CultureInfo.InvariantCulture),
        ["seed"] = seed.ToString(CultureInfo.InvariantCulture),
        ["threads"] = Options.EffectiveThreads.ToString(CultureInfo.InvariantCulture),
        ["task"] = Options.Task.ToString(),
    };

    private sealed record TrainingTable(TableSource Rows, TrainingTargets Targets);
}
