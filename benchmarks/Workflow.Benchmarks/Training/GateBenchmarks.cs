using BenchmarkDotNet.Attributes;
using Workflow.Numerics.Random;
using Workflow.Training.Evaluation;
using Workflow.Training.Gates;

namespace Workflow.Benchmarks.Training;

/// <summary>The gate against the plain bootstrap, which evaluates every resample from its rows (here 10 of them; the gate draws 2,000).</summary>
[MemoryDiagnoser]
public class GateBenchmarks
{
    private const int PlainResamples = 10;
    private BinaryScores _champion = BinaryScores.Of([], []);
    private BinaryScores _challenger = BinaryScores.Of([], []);

    [Params(10_000, 1_000_000)]
    public int Rows { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var (labels, first, second) = (new bool[Rows], new double[Rows], new double[Rows]);
        for (var i = 0; i < Rows; i++)
        {
            var random = new Philox(20_260_101, "rows", (ulong)i);
            labels[i] = random.NextInt32(5) == 0;
            first[i] = (random.NextDouble() * 0.8) + (labels[i] ? 0.2 : 0);
            second[i] = (random.NextDouble() * 0.8) + (labels[i] ? 0.2 : 0);
        }

        (_champion, _challenger) = (BinaryScores.Of(labels, first), BinaryScores.Of(labels, second));
    }

    [Benchmark(Baseline = true)]
    public double PlainTenResamples()
    {
        var sum = 0.0;
        var (labels, first, second) = (new bool[Rows], new double[Rows], new double[Rows]);
        for (var replicate = 0; replicate < PlainResamples; replicate++)
        {
            var random = new Philox(1, "plain", (ulong)replicate);
            for (var i = 0; i < Rows; i++)
            {
                var row = random.NextInt32(Rows);
                (labels[i], first[i], second[i]) = (_champion.Labels[row], _champion.Scores[row], _challenger.Scores[row]);
            }

            sum += BinaryEvaluation.Measure(BinaryScores.Of(labels, second)).AreaUnderCurve - BinaryEvaluation.Measure(BinaryScores.Of(labels, first)).AreaUnderCurve;
        }

        return sum;
    }

    [Benchmark]
    public GateVerdict Gate() => new PairedBootstrapGate().Decide(_champion, _challenger).Verdict;
}
