using Workflow.Data.Tables;

namespace Workflow.Training.Trainers;

/// <summary>Learns a model from rows: the one contract behind which every engine stands.</summary>
/// <remarks>Safe for concurrent use: each call trains its own model.</remarks>
public abstract class Trainer
{
    /// <summary>Only engines of <see cref="Trainer{TOptions}"/> exist.</summary>
    private protected Trainer()
    {
    }

    /// <summary>Gets what this engine, with its settings, can do.</summary>
    public abstract TrainerCapabilities Capabilities { get; }

    /// <summary>Gets the settings, whose later changes are not seen.</summary>
    private protected abstract TrainingOptions CommonOptions { get; }

    /// <summary>Trains a model.</summary>
    /// <param name="train">The rows to learn from: the columns of <see cref="TrainingOptions.Features"/>, the label and the weight. Read several times; borrowed.</param>
    /// <param name="validation">Rows with the same columns that decide which iteration is best; null to train for all iterations. Borrowed.</param>
    /// <param name="progress">Told at most about ten times a second. What it throws is ignored.</param>
    /// <param name="cancellationToken">Cancels: the call throws within a second and keeps nothing. To stop and keep the best model, use <see cref="TrainingOptions.StopWhen"/>.</param>
    /// <returns>The best model seen, which the caller disposes.</returns>
    /// <exception cref="ArgumentException">The settings have faults; every fault is listed.</exception>
    /// <exception cref="SchemaMismatchException">Columns are missing or have types that the engine cannot take; all are listed, before any work.</exception>
    /// <exception cref="InvalidDataException">A label or a value is not one that the task allows; names the column and the row.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled; nothing is kept.</exception>
    public Task<FittedModel> FitAsync(
        TableSource train,
        TableSource? validation = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(train);
        cancellationToken.ThrowIfCancellationRequested();
        CommonOptions.Validate();
        return FitCoreAsync(train, validation, progress, cancellationToken);
    }

    /// <summary>Trains a model; the settings have been validated.</summary>
    /// <param name="train">The rows to learn from.</param>
    /// <param name="validation">The rows that decide which iteration is best, or null.</param>
    /// <param name="progress">Whom to tell, or null.</param>
    /// <param name="cancellationToken">Must be observed within a second.</param>
    protected abstract Task<FittedModel> FitCoreAsync(
        TableSource train, TableSource? validation, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken);
}
