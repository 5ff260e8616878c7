namespace Workflow.Inference.Scoring;

/// <summary>One output of a graph that holds scores: <paramref name="Width"/> of them for each row. Immutable.</summary>
/// <param name="Name">The name in the graph.</param>
/// <param name="IsDouble">Whether the elements are float64; else float32.</param>
/// <param name="Width">How many scores a row has here, at least 1.</param>
/// <param name="IsMatrix">Whether the shape is [rows, width]; else [rows].</param>
internal sealed record ScoreOutput(string Name, bool IsDouble, int Width, bool IsMatrix)
{
    public int ElementSize => IsDouble ? sizeof(double) : sizeof(float);

    public long[] Shape(long rows) => IsMatrix ? [rows, Width] : [rows];
}
