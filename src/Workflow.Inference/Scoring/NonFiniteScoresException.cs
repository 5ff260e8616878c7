namespace Workflow.Inference.Scoring;

/// <summary>A model gave NaN or an infinity where a score belongs.</summary>
/// <remarks>Not transient: the same rows give the same scores. A rollout counts it against the model that did it.</remarks>
public sealed class NonFiniteScoresException : Exception
{
    /// <summary>Describes the first such score.</summary>
    /// <param name="model">The model, as messages call it.</param>
    /// <param name="output">The output or score column.</param>
    /// <param name="row">The first row (or flat element) with such a score, from 0.</param>
    /// <param name="value">The score.</param>
    public NonFiniteScoresException(string model, string output, long row, double value)
        : base($"{model} gave {value} as '{output}' of row {row}. Find out which input does that, or set NonFiniteScores to Allow where the model means it.") =>
        (Model, Output, Row, Value) = (model, output, row, value);

    /// <summary>Gets the model, as messages call it.</summary>
    public string Model { get; }

    /// <summary>Gets the output or score column.</summary>
    public string Output { get; }

    /// <summary>Gets the first row (or flat element) with such a score, from 0.</summary>
    public long Row { get; }

    /// <summary>Gets the score: NaN or an infinity.</summary>
    public double Value { get; }
}
