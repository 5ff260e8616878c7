using BenchmarkDotNet.Attributes;
using Workflow.Monitoring.Drift;
using Workflow.Numerics.Random;

namespace Workflow.Benchmarks.Monitoring;

/// <summary>Binning of unsorted values: the linear scan of the tests is the baseline.</summary>
[MemoryDiagnoser]
public class BinCountsBenchmarks
{
    private double[] _values = [];
    private double[] _edges = [];
    private long[] _counts = [];

    [Params(9, 18, 99)]
    public int Edges { get; set; }

    [Params(4_096, 1_000_000)]
    public int Rows { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Philox(20_260_101, "bin-counts");
        _values = new double[Rows];
        for (var i = 0; i < Rows; i++)
        {
            _values[i] = random.NextDouble();
        }

        _edges = [.. Enumerable.Range(1, Edges).Select(i => (double)i / (Edges + 1))];
        _counts = new long[Edges + 2];
    }

    [Benchmark(Baseline = true)]
    public long LinearScan()
    {
        foreach (var value in _values)
        {
            var bin = 0;
            while (bin < _edges.Length && !(value <= _edges[bin]))
            {
                bin++;
            }

            _counts[double.IsFinite(value) ? bin : _edges.Length + 1]++;
        }

        return _counts[0];
    }

    [Benchmark]
    public long Kernel()
    {
        BinCounts.Add(_values, _edges, _counts);
        return _counts[0];
    }
}
