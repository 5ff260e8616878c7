using Apache.Arrow;
using BenchmarkDotNet.Attributes;
using Workflow.Data.Tables;
using Workflow.Numerics.Random;

namespace Workflow.Benchmarks.Data;

/// <summary>Packing columns into a row-major matrix: tiled against column by column.</summary>
[MemoryDiagnoser]
public class MatrixPackingBenchmarks
{
    private IArrowArray[] _columns = [];
    private float[] _matrix = [];

    [Params(8, 32)]
    public int Columns { get; set; }

    [Params(4_096, 1_000_000)]
    public int Rows { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _columns = [.. Enumerable.Range(0, Columns).Select(Column)];
        _matrix = new float[Rows * Columns];
    }

    [Benchmark(Baseline = true)]
    public float ColumnByColumn()
    {
        for (var column = 0; column < Columns; column++)
        {
            var values = ((FloatArray)_columns[column]).Values;
            for (var row = 0; row < Rows; row++)
            {
                _matrix[(row * Columns) + column] = values[row];
            }
        }

        return _matrix[^1];
    }

    [Benchmark]
    public float Tiled()
    {
        MatrixPacking.Fill(_columns, Rows, _matrix);
        return _matrix[^1];
    }

    private FloatArray Column(int index)
    {
        var random = new Philox(20_260_101, "packing", (ulong)index);
        return new FloatArray.Builder().AppendRange(Enumerable.Range(0, Rows).Select(_ => (float)random.NextDouble())).Build();
    }
}
