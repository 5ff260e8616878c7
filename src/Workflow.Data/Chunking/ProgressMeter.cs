namespace Workflow.Data.Chunking;

/// <summary>Counts what many workers do and reports it now and then. Safe for concurrent use.</summary>
internal sealed class ProgressMeter(IProgress<ChunkProgress>? progress, long totalFiles, TimeProvider clock)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private long _total = totalFiles;
    private long _files;
    private long _bytes;
    private long _reported = clock.GetTimestamp();

    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Corrects how many there are to do.</summary>
    public void Expect(long files) => Interlocked.Exchange(ref _total, files);

    public void AddBytes(long count)
    {
        Interlocked.Add(ref _bytes, count);
        ReportIfDue();
    }

    public void AddFile()
    {
        Interlocked.Increment(ref _files);
        ReportIfDue();
    }

    public void Report() => progress?.Report(new ChunkProgress(Interlocked.Read(ref _files), Interlocked.Read(ref _total), Bytes));

    private void ReportIfDue()
    {
        if (progress is null)
        {
            return;
        }

        var last = Interlocked.Read(ref _reported);
        if (clock.GetElapsedTime(last) >= Pause && Interlocked.CompareExchange(ref _reported, clock.GetTimestamp(), last) == last)
        {
            Report();
        }
    }
}
