namespace Workflow.Data.Chunking;

/// <summary>A pack in memory, ready to be put.</summary>
/// <param name="Record">What manifests say of it.</param>
/// <param name="Buffer">Its bytes, and unused ones after them.</param>
/// <param name="Tail">A copy of its last bytes: the index.</param>
internal sealed record CompletedPack(PackRecord Record, byte[] Buffer, byte[] Tail);
