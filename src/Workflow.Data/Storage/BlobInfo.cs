namespace Workflow.Data.Storage;

/// <summary>What a store tells of a blob without reading it. Immutable.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="LastModified">When it was written, by the store's clock.</param>
public sealed record BlobInfo(string Name, long Length, DateTimeOffset LastModified)
{
    /// <summary>Gets the store's own mark of this content, without quotes: another content under the name has another one. Null where the store has none.</summary>
    public string? ETag { get; init; }
}
