using Workflow.Data.Chunking;

namespace Workflow.Data.Versioning.Transfers;

/// <summary>Tells a meter of transfers how far a chunk store is. Safe for concurrent use; reports that overtake one another do no harm.</summary>
internal sealed class ChunkTransferProgress(TransferMeter meter) : IProgress<ChunkProgress>
{
    private readonly Lock _lock = new();
    private long _files;
    private long _bytes;

    public void Report(ChunkProgress value)
    {
        lock (_lock)
        {
            meter.Add(Math.Max(0, value.Bytes - _bytes));
            for (; _files < value.Files; _files++)
            {
                meter.Finish();
            }

            _bytes = Math.Max(_bytes, value.Bytes);
        }
    }
}
