namespace Workflow.Data.Versioning.Transfers;

/// <summary>Counts what is transferred and tells about it, at most ten times a second. Safe for concurrent use.</summary>
/// <param name="progress">Told how far it is; may be null.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="operation">What the package's meter calls it.</param>
internal sealed class TransferMeter(IProgress<TransferProgress>? progress, TimeProvider timeProvider, string operation = DataMeter.Operations.Fetch)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private readonly Lock _lock = new();
    private long _objects;
    private long _total;
    private long _bytes;
    private long _reportedAt;
    private bool _hasReported;

    public long Objects => Interlocked.Read(ref _objects);

    public long Bytes => Interlocked.Read(ref _bytes);

    public void Expect(long objects)
    {
        Interlocked.Add(ref _total, objects);
        Report(isLast: false);
    }

    public void Add(long bytes)
    {
        Interlocked.Add(ref _bytes, bytes);
        DataTelemetry.Meter.Bytes(operation, bytes);
        Report(isLast: false);
    }

    public void Finish()
    {
        Interlocked.Increment(ref _objects);
        DataTelemetry.Meter.Objects(operation, 1);
    }

    /// <summary>Tells about the end in any case.</summary>
    public void End() => Report(isLast: true);

    private void Report(bool isLast)
    {
        if (progress is null)
        {
            return;
        }

        lock (_lock)
        {
            var now = timeProvider.GetTimestamp();
            if (isLast || !_hasReported || timeProvider.GetElapsedTime(_reportedAt, now) >= Pause)
            {
                (_hasReported, _reportedAt) = (true, now);
                progress.Report(new TransferProgress(Objects, Interlocked.Read(ref _total), Bytes));
            }
        }
    }
}
