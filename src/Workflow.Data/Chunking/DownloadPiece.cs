namespace Workflow.Data.Chunking;

/// <summary>Chunks of one content that lie one after another in one pack, on their way.</summary>
internal sealed class DownloadPiece(int item, int first, int count)
{
    private int _written;

    /// <summary>Gets the number of the content.</summary>
    public int Item => item;

    public int First => first;

    public int Count => count;

    /// <summary>Gets or sets where in the content the next chunk of this piece belongs.</summary>
    public long Offset { get; set; }

    public bool IsDone => _written == count;

    public void Advance(int bytes)
    {
        Offset += bytes;
        _written++;
    }
}
