namespace Workflow.Data.Chunking;

/// <summary>Hands verified chunks to a target, and tells it when a content is whole, or cannot be. Safe for concurrent use, of different pieces.</summary>
internal sealed class DownloadSink(IReadOnlyList<ContentRecord> contents, IChunkTarget target, ProgressMeter progress)
{
    private readonly int[] _piecesLeft = [.. contents.Select(static c => c.Runs.Length)];
    private readonly int[] _failed = new int[contents.Count];

    public bool HasFailed(int item) => Volatile.Read(ref _failed[item]) != 0;

    public void CompleteEmpty()
    {
        for (var i = 0; i < _piecesLeft.Length; i++)
        {
            if (contents[i].Runs.Length == 0)
            {
                target.Complete(i);
                progress.AddFile();
            }
        }
    }

    public void Write(List<DownloadPiece> pieces, ReadOnlySpan<byte> bytes)
    {
        foreach (var piece in pieces)
        {
            if (!HasFailed(piece.Item))
            {
                target.Write(piece.Item, piece.Offset, bytes);
            }

            piece.Advance(bytes.Length);
            progress.AddBytes(bytes.Length);
            if (piece.IsDone && Interlocked.Decrement(ref _piecesLeft[piece.Item]) == 0 && !HasFailed(piece.Item))
            {
                target.Complete(piece.Item);
                progress.AddFile();
            }
        }
    }

    /// <summary>Gives up contents; for a filter of exceptions.</summary>
    /// <returns>False when the target wants all or nothing: then the exception ends the download.</returns>
    public bool TryFail(IEnumerable<DownloadPiece> pieces, ChunkStoreException problem) => pieces.All(p => TryFail(p.Item, problem));

    /// <inheritdoc cref="TryFail(IEnumerable{DownloadPiece}, ChunkStoreException)"/>
    public bool TryFail(int item, ChunkStoreException problem)
    {
        lock (_failed)
        {
            if (_failed[item] == 0 && !target.TryFail(item, problem))
            {
                return false;
            }

            Volatile.Write(ref _failed[item], 1);
            return true;
        }
    }
}
