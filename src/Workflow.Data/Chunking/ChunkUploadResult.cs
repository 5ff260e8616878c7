namespace Workflow.Data.Chunking;

/// <summary>What an upload has done. Immutable.</summary>
public sealed record ChunkUploadResult
{
    /// <summary>Gets how many names are new in the store.</summary>
    public required long Added { get; init; }

    /// <summary>Gets how many names were there already, with their content; their files were not read.</summary>
    public required long Present { get; init; }

    /// <summary>Gets how many bytes of content were read.</summary>
    public required long BytesRead { get; init; }

    /// <summary>Gets how many of these lay in chunks that the store had already, or that occurred before in this upload.</summary>
    public required long BytesReused { get; init; }

    /// <summary>Gets how many bytes of packs were sent, manifests not counted.</summary>
    public required long BytesUploaded { get; init; }

    /// <summary>Gets the share of the bytes read that had not to be stored: 0 to 1; 0 when nothing was read.</summary>
    public double DedupRatio => BytesRead == 0 ? 0 : (double)BytesReused / BytesRead;
}
