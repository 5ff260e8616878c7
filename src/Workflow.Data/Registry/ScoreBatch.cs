using Apache.Arrow;

namespace Workflow.Data.Registry;

/// <summary>A model as the rest of the suite sees it: rows in, scores out.</summary>
/// <param name="batch">The rows, with at least the columns of the model's <see cref="ModelSignature.Inputs"/>, found by name. Borrowed.</param>
/// <param name="cancellationToken">Observed between blocks of rows.</param>
/// <returns>
/// One row for each row of <paramref name="batch"/>, in the same order, with the columns of <see cref="ModelSignature.Outputs"/>.
/// The caller owns and disposes it.
/// </returns>
/// <remarks>Safe for concurrent use. This delegate is the only way in which a model crosses packages.</remarks>
public delegate ValueTask<RecordBatch> ScoreBatch(RecordBatch batch, CancellationToken cancellationToken);
