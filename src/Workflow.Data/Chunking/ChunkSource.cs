namespace Workflow.Data.Chunking;

/// <summary>A content to be stored.</summary>
/// <param name="Name">Under what.</param>
/// <param name="OpenAsync">Opens it at its beginning; may be called again. Who calls disposes.</param>
internal sealed record ChunkSource(string Name, Func<CancellationToken, ValueTask<Stream>> OpenAsync)
{
    public static ChunkSource Of(ChunkFile file) => new(file.Name, _ => ValueTask.FromResult<Stream>(
        new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan)));
}
