using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Workflow.Inference.Scoring;

/// <summary>
/// What one call needs to run a tabular graph without allocating: pinned buffers for a tile of rows and its scores, and over them one
/// binding for each power of two of rows.
/// </summary>
/// <remarks>Not thread-safe; a call rents one. Owns the native values: binding before values before session.</remarks>
internal sealed class ScoringLane : IDisposable
{
    private readonly OnnxSession _session;
    private readonly TabularGraph _graph;
    private readonly float[] _input;
    private readonly byte[][] _outputs;
    private readonly Bound?[] _bound;

    public ScoringLane(OnnxSession session, TabularGraph graph)
    {
        (_session, _graph) = (session, graph);
        _input = GC.AllocateUninitializedArray<float>(graph.TileRows * graph.Features, pinned: true);
        _outputs = [.. graph.Outputs.Select(o => GC.AllocateUninitializedArray<byte>(graph.TileRows * o.Width * o.ElementSize, pinned: true))];
        _bound = new Bound?[BitOperations.Log2((uint)graph.TileRows) + 1];
    }

    /// <summary>Gets the tile: <c>[TileRows, Features]</c>, row-major. Written before <see cref="Run"/>.</summary>
    public Span<float> Input => _input;

    /// <summary>Gets the largest power of two that is at most <paramref name="rows"/> and fits a tile.</summary>
    public static int RowsOfNextRun(TabularGraph graph, int rows) => rows >= graph.TileRows ? graph.TileRows : 1 << BitOperations.Log2((uint)rows);

    /// <summary>Gets the scores of the last run: <c>[rows, Width]</c> elements of the output's type.</summary>
    public ReadOnlySpan<T> Scores<T>(int output)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(_outputs[output].AsSpan());

    /// <summary>Scores the first <paramref name="rows"/> rows of the tile.</summary>
    /// <param name="rows">A power of two, at most a tile.</param>
    public void Run(int rows)
    {
        ref var bound = ref _bound[BitOperations.Log2((uint)rows)];
        bound ??= new Bound(_session, _graph, rows, _input, _outputs);
        _session.Session.RunWithBinding(_session.RunOptions, bound.Binding);
    }

    public void Dispose()
    {
        foreach (var bound in _bound)
        {
            bound?.Dispose();
        }
    }

    private sealed class Bound : IDisposable
    {
        private readonly List<OrtValue> _values = [];

        public Bound(OnnxSession session, TabularGraph graph, int rows, float[] input, byte[][] outputs)
        {
            Binding = session.Session.CreateIoBinding();
            Binding.BindInput(graph.Input, Value(TensorElementType.Float, [rows, graph.Features], input, (long)rows * graph.Features * sizeof(float)));
            for (var i = 0; i < outputs.Length; i++)
            {
                var output = graph.Outputs[i];
                var type = output.IsDouble ? TensorElementType.Double : TensorElementType.Float;
                Binding.BindOutput(output.Name, Value(type, output.Shape(rows), outputs[i], (long)rows * output.Width * output.ElementSize));
            }
        }

        public OrtIoBinding Binding { get; }

        public void Dispose()
        {
            Binding.Dispose();
            _values.ForEach(v => v.Dispose());
        }

        // The arrays are pinned for life, and the lane holds them longer than the values.
        private unsafe OrtValue Value<T>(TensorElementType type, long[] shape, T[] pinned, long bytes)
            where T : unmanaged
        {
            var value = OrtValue.CreateTensorValueWithData(
                OrtMemoryInfo.DefaultInstance, type, shape, (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(pinned)), bytes);
            _values.Add(value);
            return value;
        }
    }
}
