namespace Workflow.Inference.Scoring;

/// <summary>Keeps lanes between calls. Safe for concurrent use; renting and returning allocate nothing once the lanes exist.</summary>
internal sealed class LanePool(OnnxSession session, TabularGraph graph) : IDisposable
{
    private readonly ScoringLane?[] _idle = new ScoringLane?[Math.Clamp(2 * Environment.ProcessorCount, 4, 64)];
    private bool _disposed;

    public ScoringLane Rent()
    {
        for (var i = 0; i < _idle.Length; i++)
        {
            if (_idle[i] is not null && Interlocked.Exchange(ref _idle[i], null) is { } lane)
            {
                return lane;
            }
        }

        return new ScoringLane(session, graph);
    }

    public void Return(ScoringLane lane)
    {
        // A caller returns before it leaves the session, and the pool is disposed after the last one has left.
        for (var i = 0; i < _idle.Length; i++)
        {
            if (_idle[i] is null && Interlocked.CompareExchange(ref _idle[i], lane, null) is null)
            {
                return;
            }
        }

        lane.Dispose();
    }

    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            foreach (var lane in _idle)
            {
                lane?.Dispose();
            }
        }
    }
}
