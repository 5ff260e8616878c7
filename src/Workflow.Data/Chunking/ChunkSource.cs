namespace Workflow.Data.Chunking;

/// <summary>A content to be stored.</summary>
/// <param name="Name">Under what.</param>
/// <param name="OpenAsync">Opens it at its beginning; may be called again. Who calls disposes.</param>
internal sealed record ChunkSource(string Name, Func<CancellationToken, ValueTask<Stream>> OpenAsync)
{
    /// <summary>Gets what is told when reading ends in a <see cref="ChunkSourceException"/>: the content is left out and the others are stored. Null: the upload ends.</summary>
    public Action<ChunkSourceException>? Refused { get; init; }

    public static ChunkSource Of(ChunkFile file) => new(file.Name, _ => ValueTask.FromResult<Stream>(new SequentialFile(file.Path)));
}
