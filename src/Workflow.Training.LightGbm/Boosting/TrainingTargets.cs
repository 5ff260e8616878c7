using Apache.Arrow;
using Workflow.Data.Tables;
using Workflow.Training.Trainers;

namespace Workflow.Training.LightGbm.Boosting;

/// <summary>The labels and weights of a table, checked: LightGBM itself takes NaN for 0, and any weight.</summary>
internal sealed class TrainingTargets
{
    private TrainingTargets(float[] labels, float[]? weights, int rows) => (Labels, Weights, Rows) = (labels, weights, rows);

    /// <summary>Gets the labels; only the first <see cref="Rows"/> count.</summary>
    public float[] Labels { get; }

    /// <summary>Gets the weights, or null; only the first <see cref="Rows"/> count.</summary>
    public float[]? Weights { get; }

    /// <summary>Gets the number of rows.</summary>
    public int Rows { get; }

    /// <summary>Reads and checks the label and the weight of every row.</summary>
    /// <param name="source">The rows.</param>
    /// <param name="columns">Which columns.</param>
    /// <param name="options">What is allowed.</param>
    /// <param name="needsAllClasses">Whether both classes of a binary task must occur: they must to learn, but not to validate.</param>
    /// <param name="cancellationToken">Observed between batches.</param>
    /// <exception cref="InvalidDataException">Rows are not allowed, or there are none.</exception>
    public static async Task<TrainingTargets> ReadAsync(
        TableSource source, TrainingColumns columns, LightGbmOptions options, bool needsAllClasses, CancellationToken cancellationToken)
    {
        var (isAllowed, expected) = Rule(options);
        var labelFaults = new RowFaults($"label '{columns.Label}'", source.Describe(), expected);
        var weightFaults = new RowFaults($"weight '{columns.Weight}'", source.Describe(), "a finite number above 0");
        var capacity = (int)Math.Clamp(source.RowCount ?? TableSource.DefaultBatchRows, 1, System.Array.MaxLength);
        var labels = new float[capacity];
        var weights = columns.Weight is null ? null : new float[capacity];
        var rows = 0;
        await foreach (var batch in source.ReadAsync(columns.Targets, cancellationToken).ConfigureAwait(false))
        {
            using (batch)
            {
                if ((long)rows + batch.Length > System.Array.MaxLength)
                {
                    throw new InvalidDataException($"LightGBM takes at most {System.Array.MaxLength} rows; {source.Describe()} has more.");
                }

                Grow(ref labels, rows + batch.Length);
                Take(batch.Column(0), labels.AsSpan(rows), rows, isAllowed, labelFaults);
                if (weights is not null)
                {
                    Grow(ref weights, rows + batch.Length);
                    Take(batch.Column(1), weights.AsSpan(rows), rows, static weight => (float)weight > 0 && float.IsFinite((float)weight), weightFaults);
                }

                rows += batch.Length;
            }
        }

        labelFaults.ThrowIfAny();
        weightFaults.ThrowIfAny();
        if (rows == 0)
        {
            throw new InvalidDataException($"There is nothing to learn from: {source.Describe()} has no rows.");
        }

        var only = labels[0];
        if (needsAllClasses && options.Task is not LearningTask.Regression && labels.AsSpan(0, rows).IndexOfAnyExcept(only) < 0)
        {
            throw new InvalidDataException($"The label '{columns.Label}' of {source.Describe()} is {only} in all {rows} rows; a classifier needs rows of more than one class.");
        }

        return new TrainingTargets(labels, weights, rows);
    }

    private static (Func<double, bool> IsAllowed, string Expected) Rule(LightGbmOptions options) => options.Task switch
    {
        LearningTask.BinaryClassification => (static v => v is 0 or 1, "0 or 1"),
        LearningTask.MulticlassClassification => (v => v >= 0 && v < options.Classes && Math.Truncate(v) == v, $"a whole number from 0 to {options.Classes - 1}"),
        _ => (static v => float.IsFinite((float)v), "a finite number that fits float32"),
    };

    private static void Take(IArrowArray column, Span<float> target, long firstRow, Func<double, bool> isAllowed, RowFaults faults)
    {
        const int Block = 1_024;
        Span<double> values = stackalloc double[Block];
        IReadOnlyList<IArrowArray> columns = [column];
        for (var start = 0; start < column.Length; start += Block)
        {
            var count = Math.Min(Block, column.Length - start);
            RowPacker.Pack(columns, start, count, values);
            for (var i = 0; i < count; i++)
            {
                target[start + i] = (float)values[i];
                if (!isAllowed(values[i]))
                {
                    faults.Add(firstRow + start + i, values[i], column.IsNull(start + i));
                }
            }
        }
    }

    private static void Grow(ref float[] array, int needed)
    {
        if (array.Length < needed)
        {
            System.Array.Resize(ref array, (int)Math.Min(Math.Max(needed, 2L * array.Length), System.Array.MaxLength));
        }
    }
}
