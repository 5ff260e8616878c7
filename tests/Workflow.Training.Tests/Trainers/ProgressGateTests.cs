using Microsoft.Extensions.Time.Testing;
using Workflow.Training.Trainers;

namespace Workflow.Training.Tests.Trainers;

public sealed class ProgressGateTests
{
    [Fact]
    public void Passes_on_ten_reports_a_second()
    {
        var (time, listener) = (new FakeTimeProvider(), new Listener());
        var gate = new ProgressGate(listener, time);
        for (var i = 0; i < 1_000; i++)
        {
            gate.Report(new TrainingProgress("s", null, i, null, double.NaN, gate.Elapsed));
            time.Advance(TimeSpan.FromMilliseconds(1));
        }

        gate.ReportLast(new TrainingProgress("s", 1, 1_000, null, double.NaN, gate.Elapsed));
        Assert.Equal([0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1_000], listener.Iterations);
    }

    private sealed class Listener : IProgress<TrainingProgress>
    {
        public List<int> Iterations { get; } = [];

        public void Report(TrainingProgress value) => Iterations.Add(value.Iteration);
    }
}
