using Apache.Arrow;
using FlightDelays.Flights;
using Workflow.Training.Trainers;

namespace FlightDelays.Loop;

/// <summary>Holds ONNX Runtime's scores against LightGBM's own.</summary>
internal sealed class Parity
{
    /// <summary>Gets how many rows were compared.</summary>
    public long Rows { get; private set; }

    /// <summary>Gets how many rows would be announced otherwise.</summary>
    public long Decisions { get; private set; }

    /// <summary>Gets the largest difference of the scores.</summary>
    public double Largest { get; private set; }

    /// <summary>Scores rows with the model itself and compares.</summary>
    public async Task CompareAsync(FittedModel model, RecordBatch rows, ReadOnlyMemory<double> onnx, CancellationToken cancellationToken)
    {
        using var scored = await model.ScoreAsync(rows, cancellationToken);
        Add(((DoubleArray)scored.Column(0)).Values, onnx.Span);
    }

    private void Add(ReadOnlySpan<double> native, ReadOnlySpan<double> onnx)
    {
        Rows += native.Length;
        for (var i = 0; i < native.Length; i++)
        {
            // A difference that is not a number must not pass for a small one.
            Largest = Math.Max(Largest, double.IsNaN(native[i] - onnx[i]) ? double.PositiveInfinity : Math.Abs(native[i] - onnx[i]));
            Decisions += native[i] >= FlightModel.Threshold == onnx[i] >= FlightModel.Threshold ? 0 : 1;
        }
    }
}
