using BenchmarkDotNet.Attributes;
using Workflow.Numerics.Random;
using Workflow.Numerics.Sums;

namespace Workflow.Benchmarks.Features;

/// <summary>Exact sums against a plain loop: integers, prices, and values over the whole range of float64.</summary>
[MemoryDiagnoser]
public class ExactSumBenchmarks
{
    private double[] _values = [];

    [Params(1_000, 1_000_000)]
    public int Count { get; set; }

    [Params("integers", "prices", "whole range")]
    public string Values { get; set; } = "integers";

    [GlobalSetup]
    public void Setup()
    {
        var random = new Philox(20_260_101, "exact sum bench");
        _values = new double[Count];
        foreach (ref var value in _values.AsSpan())
        {
            value = Values switch
            {
                "integers" => random.NextInt32(2000) - 500,
                "prices" => (random.NextDouble() - 0.3) * 1e4,
                _ => Math.ScaleB(random.NextDouble() - 0.5, random.NextInt32(1900) - 950),
            };
        }
    }

    [Benchmark(Baseline = true)]
    public double Naive()
    {
        var sum = 0.0;
        foreach (var value in _values)
        {
            sum += value;
        }

        return sum;
    }

    [Benchmark]
    public double ExactOneByOne()
    {
        var sum = default(ExactSum);
        foreach (var value in _values)
        {
            sum.Add(value);
        }

        return sum.ToDouble();
    }

    [Benchmark]
    public double ExactSpan()
    {
        var sum = default(ExactSum);
        sum.Add(_values);
        return sum.ToDouble();
    }

    [Benchmark]
    public double ExactSliding()
    {
        var (sum, last) = (default(ExactSum), 0.0);
        for (var i = 0; i < _values.Length; i++)
        {
            sum.Add(_values[i]);
            if (i >= 100)
            {
                sum.Subtract(_values[i - 100]);
            }

            last = sum.ToDouble();
        }

        return last;
    }
}
