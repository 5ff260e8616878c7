namespace Workflow.Data.Chunking;

/// <summary>A pack that nothing uses: it is deleted when its grace period has passed, and used again when somebody needs it before.</summary>
/// <param name="Record">The pack.</param>
/// <param name="Since">When a collection found it unused, in microseconds since 1970, UTC, by the store's clock.</param>
internal sealed record CondemnedPack(PackRecord Record, long Since);
