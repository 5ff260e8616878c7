using System.Collections.Immutable;
using Workflow.Inference.Scoring;

namespace Workflow.Inference.Serving;

/// <summary>Runs a new version before it answers: the first runs grow its memory and compile its path.</summary>
internal static class WarmUp
{
    // What a model says about rows of zeros is not asked here.
    private const long MaxElements = 1 << 20;

    public static void Run(OnnxScorer scorer, int runs)
    {
        for (var i = 0; i < runs; i++)
        {
            try
            {
                if (scorer.FeatureCount > 0)
                {
                    foreach (var rows in new[] { 1, 64 })
                    {
                        scorer.Score(new float[rows * scorer.FeatureCount], new double[rows * scorer.ScoreCount]);
                    }
                }
                else if (Zeros(scorer) is { } inputs)
                {
                    scorer.Run(inputs);
                }
            }
            catch (Exception fault) when (fault is NonFiniteScoresException or InvalidDataException)
            {
                return;
            }
        }
    }

    private static List<TensorValue>? Zeros(OnnxScorer scorer)
    {
        var zeros = new List<TensorValue>();
        foreach (var input in scorer.Inputs)
        {
            ImmutableArray<long> shape = [.. input.Shape.Select(d => Math.Max(d, 1))];
            if (input.DataType == TensorDataType.Bytes || TensorTypes.CountElements(shape.AsSpan()) is not { } count || count > MaxElements)
            {
                return null;
            }

            zeros.Add(new TensorValue { Name = input.Name, DataType = input.DataType, Shape = shape, Data = new byte[count * TensorTypes.SizeOf(input.DataType)] });
        }

        return zeros;
    }
}
