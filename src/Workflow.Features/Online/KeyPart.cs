namespace Workflow.Features.Online;

/// <summary>One column of a key at hand: null, an integer, or the first bytes of a buffer.</summary>
internal struct KeyPart
{
    public bool IsNull;
    public long Integer;
    public byte[]? Bytes;
    public int Length;
}
