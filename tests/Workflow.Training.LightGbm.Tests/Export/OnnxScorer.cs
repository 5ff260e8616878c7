using Microsoft.ML.OnnxRuntime;

namespace Workflow.Training.LightGbm.Tests.Export;

/// <summary>Runs an exported model in ONNX Runtime, on one thread.</summary>
internal sealed class OnnxScorer : IDisposable
{
    private readonly SessionOptions _options = new() { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
    private readonly RunOptions _run = new();
    private readonly InferenceSession _session;

    public OnnxScorer(byte[] model) => _session = new InferenceSession(model, _options);

    public IReadOnlyDictionary<string, string> Metadata => _session.ModelMetadata.CustomMetadataMap;

    public Type InputType => _session.InputMetadata["features"].ElementType;

    public IReadOnlyList<int> OutputShape => _session.OutputMetadata["score"].Dimensions;

    /// <summary>Scores rows given row-major; returns the scores row-major.</summary>
    public double[] Score<T>(T[] rows, int width)
        where T : unmanaged
    {
        using var input = OrtValue.CreateTensorValueFromMemory(rows, [rows.Length / width, width]);
        using var outputs = _session.Run(_run, ["features"], [input], ["score"]);
        return outputs[0].GetTensorDataAsSpan<double>().ToArray();
    }

    public void Dispose()
    {
        _session.Dispose();
        _run.Dispose();
        _options.Dispose();
    }
}
