namespace Workflow.Data.Versioning;

/// <summary>A file of the cache that nothing refers to. Immutable.</summary>
public sealed record GarbageObject
{
    /// <summary>Gets its absolute path.</summary>
    public required string Path { get; init; }

    /// <summary>Gets its bytes.</summary>
    public required long Size { get; init; }

    /// <summary>Gets whether it lies where DVC 2.x put objects.</summary>
    public required bool IsLegacy { get; init; }
}
