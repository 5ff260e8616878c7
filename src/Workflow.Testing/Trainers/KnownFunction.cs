using Apache.Arrow;
using Apache.Arrow.Types;
using Workflow.Data.Tables;
using Workflow.Numerics.Random;

namespace Workflow.Testing.Trainers;

/// <summary>Rows of a function that a trainer must be able to learn, drawn from a seed.</summary>
/// <remarks>
/// Features <c>x0</c> to <c>x3</c> are uniform in [-1, 1) and independent; one in twenty of <c>x3</c> is null. The label <c>y</c> is 1 with
/// probability 0.95 where <c>x0 + x1·x1 &gt; 0.25</c> and 0.05 elsewhere, so that no model can have an AUC far above 0.95.
/// </remarks>
public static class KnownFunction
{
    /// <summary>The names of the features.</summary>
    public static readonly IReadOnlyList<string> Features = ["x0", "x1", "x2", "x3"];

    /// <summary>The name of the label.</summary>
    public const string Label = "y";

    /// <summary>Draws a table.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="seed">The seed: the same one gives the same rows.</param>
    /// <returns>A table that the caller disposes.</returns>
    public static BatchTable Draw(int rows, long seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        var columns = Enumerable.Range(0, Features.Count).Select(_ => new FloatArray.Builder().Reserve(rows)).ToArray();
        var labels = new FloatArray.Builder().Reserve(rows);
        for (var row = 0; row < rows; row++)
        {
            var random = new Philox(seed, "known-function", (ulong)row);
            var x = new float[Features.Count];
            for (var c = 0; c < x.Length; c++)
            {
                x[c] = (float)((2 * random.NextDouble()) - 1);
            }

            for (var c = 0; c < x.Length - 1; c++)
            {
                columns[c].Append(x[c]);
            }

            if (random.NextInt32(20) == 0)
            {
                columns[^1].AppendNull();
            }
            else
            {
                columns[^1].Append(x[^1]);
            }

            var isLikely = x[0] + (x[1] * x[1]) > 0.25f;
            labels.Append(random.NextDouble() < (isLikely ? 0.95 : 0.05) ? 1 : 0);
        }

        var schema = new Schema(
            [.. Features.Select(f => new Field(f, FloatType.Default, nullable: true)), new Field(Label, FloatType.Default, nullable: false)],
            metadata: null);
        return new BatchTable(schema, [new RecordBatch(schema, [.. columns.Select(c => c.Build()), labels.Build()], rows)]);
    }
}
