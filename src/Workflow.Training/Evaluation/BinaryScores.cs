using Workflow.Data.Registry;
using Workflow.Data.Tables;

namespace Workflow.Training.Evaluation;

/// <summary>Labels of two classes and what one model scored for them: what evaluations and gates read. Immutable.</summary>
/// <remarks>About 9 bytes a row in memory, 8 more for each of weight and id, 4 for the cluster.</remarks>
public sealed class BinaryScores
{
    private BinaryScores(BinaryScoresBuilder rows)
    {
        Labels = rows.Labels.ToArray();
        Scores = rows.Scores.ToArray();
        Weights = rows.Weights?.ToArray();
        Ids = rows.Ids?.ToArray();
        Clusters = rows.Clusters?.ToArray();
        ClusterCount = rows.ClusterCount;
        Description = rows.Source;
    }

    private BinaryScores(bool[] labels, double[] scores, double[]? weights, int[]? clusters)
    {
        (Labels, Scores, Weights, Clusters, Description) = (labels, scores, weights, clusters, "rows in memory");
        ClusterCount = clusters is null or [] ? 0 : clusters.Max() + 1;
    }

    /// <summary>Gets the number of rows.</summary>
    public int Count => Labels.Length;

    /// <summary>Gets the number of different clusters, or 0 where rows are independent.</summary>
    public int ClusterCount { get; }

    internal bool[] Labels { get; }

    internal double[] Scores { get; }

    internal double[]? Weights { get; }

    /// <summary>Gets the ids: integers as they are, 64 bits of XXH3 of strings.</summary>
    internal long[]? Ids { get; }

    internal int[]? Clusters { get; }

    internal string Description { get; }

    /// <summary>Takes labels and scores in memory; rows are independent and weigh the same.</summary>
    /// <param name="labels">Whether each row is of the class 1.</param>
    /// <param name="scores">One probability for each, finite, from 0 to 1. Copied.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a score is no probability.</exception>
    public static BinaryScores Of(ReadOnlySpan<bool> labels, ReadOnlySpan<double> scores) => Of(labels, scores, weights: null, clusters: null);

    /// <summary>Reads a table that holds labels and scores.</summary>
    /// <param name="source">The rows; read once, borrowed.</param>
    /// <param name="columns">Which columns; null for <c>label</c> and <c>score</c>.</param>
    /// <param name="cancellationToken">Observed between batches.</param>
    /// <exception cref="SchemaMismatchException">Columns are missing or have types that cannot be read; all are listed.</exception>
    /// <exception cref="InvalidDataException">A label is not 0 or 1, a score no probability, or a weight negative or not finite; names column and rows.</exception>
    public static Task<BinaryScores> ReadAsync(TableSource source, BinaryColumns? columns = null, CancellationToken cancellationToken = default) =>
        ReadAsync(source, score: null, columns ?? new BinaryColumns(), cancellationToken);

    /// <summary>Scores a table that holds labels and the model's inputs.</summary>
    /// <param name="source">The rows; read once, borrowed.</param>
    /// <param name="score">The model. Its first output column is the probability of the class 1.</param>
    /// <param name="columns">Which columns; <see cref="BinaryColumns.Score"/> is not used. Null for <c>label</c>.</param>
    /// <param name="cancellationToken">Observed between batches and by the model.</param>
    /// <exception cref="SchemaMismatchException">Columns are missing or have types that cannot be read; all are listed.</exception>
    /// <exception cref="InvalidDataException">A label is not 0 or 1, a score no probability, or a weight negative or not finite; names column and rows.</exception>
    public static Task<BinaryScores> ScoreAsync(TableSource source, ScoreBatch score, BinaryColumns? columns = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(score);
        return ReadAsync(source, score, columns ?? new BinaryColumns(), cancellationToken);
    }

    internal static BinaryScores Of(ReadOnlySpan<bool> labels, ReadOnlySpan<double> scores, double[]? weights, int[]? clusters)
    {
        if (labels.Length != scores.Length)
        {
            throw new ArgumentException($"Expected a score for each of {labels.Length} labels, got {scores.Length}.", nameof(scores));
        }

        for (var i = 0; i < scores.Length; i++)
        {
            if (!(scores[i] >= 0 && scores[i] <= 1))
            {
                throw new ArgumentException($"Expected probabilities from 0 to 1, got {scores[i]} in row {i}.", nameof(scores));
            }
        }

        return new BinaryScores(labels.ToArray(), scores.ToArray(), weights, clusters);
    }

    private static async Task<BinaryScores> ReadAsync(TableSource source, ScoreBatch? score, BinaryColumns columns, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        var reader = BinaryScoresBuilder.For(source, columns, isScored: score is null);

        // A model finds its inputs by name: it gets all columns.
        await foreach (var batch in source.ReadAsync(score is null ? reader.Columns : null, cancellationToken).ConfigureAwait(false))
        {
            using (batch)
            {
                if (score is null)
                {
                    reader.Add(batch, batch.Column(batch.Schema.GetFieldIndex(columns.Score)));
                }
                else
                {
                    using var scored = await score(batch, cancellationToken).ConfigureAwait(false);
                    if (scored.Length != batch.Length)
                    {
                        throw new InvalidOperationException($"The model gave {scored.Length} scores for {batch.Length} rows.");
                    }

                    reader.Add(batch, scored.Column(0));
                }
            }
        }

        reader.ThrowIfFaulty();
        return new BinaryScores(reader);
    }
}
