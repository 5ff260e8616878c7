namespace Workflow.Training.Trainers;

/// <summary>Passes progress on at most about ten times a second, and keeps a throwing listener from harming the training.</summary>
/// <param name="listener">Whom to tell, or null.</param>
/// <param name="time">The clock.</param>
/// <remarks>For engines. Not thread-safe: one training reports from one thread at a time.</remarks>
public sealed class ProgressGate(IProgress<TrainingProgress>? listener, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private readonly long _start = time.GetTimestamp();
    private IProgress<TrainingProgress>? _listener = listener;
    private long? _last;

    /// <summary>Gets the time since the training began.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(_start);

    /// <summary>Tells the listener, unless it was told less than 100 milliseconds ago.</summary>
    /// <param name="progress">The state.</param>
    public void Report(TrainingProgress progress)
    {
        if (_listener is not null && (_last is null || time.GetElapsedTime(_last.Value) >= Pause))
        {
            ReportLast(progress);
        }
    }

    /// <summary>Tells the listener in any case: the end of a stage.</summary>
    /// <param name="progress">The state.</param>
    public void ReportLast(TrainingProgress progress)
    {
        _last = time.GetTimestamp();
        try
        {
            _listener?.Report(progress);
        }
#pragma warning disable CA1031 // A listener that throws must not end a training: the contract says so.
        catch (Exception)
#pragma warning restore CA1031
        {
            _listener = null; // It is not asked again.
        }
    }
}
