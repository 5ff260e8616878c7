using Apache.Arrow;
using Workflow.Data.Registry;

namespace Workflow.Training.Trainers;

/// <summary>A trained model. Immutable.</summary>
/// <remarks>Safe for concurrent use until it is disposed.</remarks>
public abstract class FittedModel : IDisposable
{
    /// <summary>Gets the columns that the model takes and gives.</summary>
    public abstract ModelSignature Signature { get; }

    /// <summary>Gets facts about the training, for the run's record: iterations, best score, seed, library and its version. Invariant text.</summary>
    public abstract IReadOnlyDictionary<string, string> Facts { get; }

    /// <summary>Scores rows. Matches <see cref="ScoreBatch"/>.</summary>
    /// <param name="batch">The rows; columns are found by name. Borrowed.</param>
    /// <param name="cancellationToken">Observed between blocks of rows.</param>
    /// <returns>The scores, one row each, in order; the caller disposes them.</returns>
    /// <exception cref="Data.Tables.SchemaMismatchException">Input columns are missing or have other types; all are listed.</exception>
    public abstract ValueTask<RecordBatch> ScoreAsync(RecordBatch batch, CancellationToken cancellationToken = default);

    /// <summary>Writes the model in its engine's own format.</summary>
    /// <param name="destination">Written to, not disposed.</param>
    /// <param name="cancellationToken">Observed between writes.</param>
    public abstract Task SaveAsync(Stream destination, CancellationToken cancellationToken = default);

    /// <summary>Writes the model as ONNX, with signature and the given metadata inside.</summary>
    /// <param name="destination">Written to, not disposed.</param>
    /// <param name="metadata">Pairs to store in the model, for example its lineage; null for none.</param>
    /// <param name="cancellationToken">Observed between writes.</param>
    /// <exception cref="NotSupportedException">The model cannot be exported exactly; says why (see <see cref="TrainerCapabilities.ExportObstacle"/>).</exception>
    public abstract Task ExportOnnxAsync(Stream destination, IReadOnlyDictionary<string, string>? metadata = null, CancellationToken cancellationToken = default);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the engine holds.</summary>
    /// <param name="disposing">True when called from <see cref="Dispose()"/>.</param>
    protected abstract void Dispose(bool disposing);
}
