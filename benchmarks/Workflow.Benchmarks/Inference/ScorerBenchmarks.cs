using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Workflow.Inference.Scoring;

namespace Workflow.Benchmarks.Inference;

/// <summary>What our scorer costs above ONNX Runtime's cheapest call, a reused binding over pinned memory. Copying rows in and scores out is part of ours.</summary>
[MemoryDiagnoser]
public class ScorerBenchmarks
{
    private const int Features = 16;
    private OnnxScorer _scorer = null!;
    private InferenceSession _session = null!;
    private RunOptions _options = null!;
    private OrtIoBinding _binding = null!;
    private OrtValue _in = null!;
    private OrtValue _out = null!;
    private float[] _rows = null!;
    private float[] _pinned = null!;
    private float[] _result = null!;
    private double[] _scores = null!;

    [Params(1, 64)]
    public int Rows { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var model = LinearModel.Bytes(Features);
        _scorer = OnnxScorer.FromBytes(model);
        _rows = Enumerable.Range(0, Rows * Features).Select(i => MathF.Sin(i)).ToArray();
        _scores = new double[Rows];

        using var settings = new SessionOptions { IntraOpNumThreads = 1 };
        _session = new InferenceSession(model, settings);
        _options = new RunOptions();
        _pinned = GC.AllocateArray<float>(_rows.Length, pinned: true);
        _rows.CopyTo(_pinned, 0);
        _result = GC.AllocateArray<float>(Rows, pinned: true);
        _in = Value(_pinned, [Rows, Features]);
        _out = Value(_result, [Rows, 1]);
        _binding = _session.CreateIoBinding();
        _binding.BindInput("features", _in);
        _binding.BindOutput("score", _out);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _binding.Dispose();
        _in.Dispose();
        _out.Dispose();
        _options.Dispose();
        _session.Dispose();
        _scorer.Dispose();
    }

    [Benchmark(Baseline = true)]
    public float RawBinding()
    {
        _session.RunWithBinding(_options, _binding);
        return _result[0];
    }

    [Benchmark]
    public double Scorer()
    {
        _scorer.Score(_rows, _scores);
        return _scores[0];
    }

    private static OrtValue Value(float[] pinned, long[] shape) => OrtValue.CreateTensorValueWithData(
        OrtMemoryInfo.DefaultInstance, TensorElementType.Float, shape, Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0), pinned.LongLength * sizeof(float));
}
