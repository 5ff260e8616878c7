namespace Workflow.Data.Chunking;

/// <summary>A content cannot be read, or is not what its name says: the store has no part in it. Never leaves the package.</summary>
internal sealed class ChunkSourceException(string message, Exception? innerException = null) : Exception(message, innerException);
