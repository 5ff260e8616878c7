using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using Microsoft.ML.OnnxRuntime;

namespace Workflow.Inference.Scoring;

/// <summary>A graph that takes one float32 matrix, a row for each thing to score, and gives scores for each row. Immutable.</summary>
internal sealed class TabularGraph
{
    // A tile stays in the second-level cache while columns are packed into it and the model reads it.
    private const int TileBytes = 256 * 1024;
    private const int MaxTileRows = 4096;

    private TabularGraph(string input, int features, int tileRows, ImmutableArray<ScoreOutput> outputs) =>
        (Input, Features, TileRows, Outputs, ScoresPerRow) = (input, features, tileRows, outputs, outputs.Sum(o => o.Width));

    public string Input { get; }

    public int Features { get; }

    /// <summary>Gets the most rows of one run: a power of two, 1 where the graph's batch dimension is fixed.</summary>
    public int TileRows { get; }

    public ImmutableArray<ScoreOutput> Outputs { get; }

    public int ScoresPerRow { get; }

    /// <summary>Looks at a graph's types and runs it on rows of zeros to see the shapes that come out.</summary>
    /// <param name="session">The session.</param>
    /// <param name="graph">The graph, when it is tabular.</param>
    /// <param name="obstacle">Why it is not tabular, when it is not.</param>
    public static bool TryRead(OnnxSession session, [NotNullWhen(true)] out TabularGraph? graph, [NotNullWhen(false)] out string? obstacle)
    {
        graph = null;
        obstacle = ReadInput(session, out var fixedRows);
        if (obstacle is not null)
        {
            return false;
        }

        var input = session.Inputs[0];
        var names = session.Outputs.Where(o => o.DataType is TensorDataType.FP32 or TensorDataType.FP64).Select(o => o.Name).ToArray();
        if (names.Length == 0)
        {
            obstacle = "none of its outputs is a float32 or float64 tensor"
                + (session.OtherOutputs.IsEmpty ? "" : $" (export it without ZipMap: {string.Join(", ", session.OtherOutputs)} are sequences or maps)");
            return false;
        }

        ImmutableArray<TensorValue> one;
        ImmutableArray<TensorValue> two;
        try
        {
            one = RunOnZeros(session, input, names, 1);
            two = fixedRows ? one : RunOnZeros(session, input, names, 2);
        }
        catch (OnnxRuntimeException fault)
        {
            obstacle = $"it does not run on rows of zeros: {fault.Message}";
            return false;
        }

        var outputs = ImmutableArray.CreateBuilder<ScoreOutput>();
        for (var i = 0; i < names.Length; i++)
        {
            var shape = one[i].Shape;
            if (shape.Length is 1 or 2 && shape[0] == 1 && two[i].Shape[0] == (fixedRows ? 1 : 2) && shape[^1] is > 0 and < 1 << 20)
            {
                outputs.Add(new ScoreOutput(names[i], one[i].DataType == TensorDataType.FP64, shape.Length == 2 ? (int)shape[1] : 1, shape.Length == 2));
            }
        }

        if (outputs.Count == 0)
        {
            obstacle = $"none of its float outputs has one row for each row that comes in (of one row it made {string.Join("; ", one)})";
            return false;
        }

        var features = (int)input.Shape[1];
        var fitting = Math.Clamp(TileBytes / (sizeof(float) * features), 1, MaxTileRows);
        graph = new TabularGraph(input.Name, features, fixedRows ? 1 : 1 << BitOperations.Log2((uint)fitting), outputs.ToImmutable());
        return true;
    }

    private static string? ReadInput(OnnxSession session, out bool fixedRows)
    {
        fixedRows = false;
        if (session.Inputs.Length != 1 || session.OtherInputs.Length != 0)
        {
            return $"it takes {session.Inputs.Length + session.OtherInputs.Length} inputs, not one matrix";
        }

        var input = session.Inputs[0];
        if (input.DataType != TensorDataType.FP32 || input.Shape.Length != 2 || input.Shape[1] is < 1 or > 1 << 20 || input.Shape[0] is not (-1 or 1))
        {
            return $"its input '{input.Name}' is {TensorTypes.Describe(input.DataType, input.Shape)}, not FP32 [-1, features] with 1 to 1,048,576 features";
        }

        fixedRows = input.Shape[0] == 1;
        return null;
    }

    private static ImmutableArray<TensorValue> RunOnZeros(OnnxSession session, TensorInfo input, string[] outputs, int rows)
    {
        var zeros = new byte[rows * input.Shape[1] * sizeof(float)];
        return TensorRun.Run(session, [new TensorValue { Name = input.Name, DataType = TensorDataType.FP32, Shape = [rows, input.Shape[1]], Data = zeros }], outputs);
    }
}
