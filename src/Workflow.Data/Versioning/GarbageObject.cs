namespace Workflow.Data.Versioning;

/// <summary>An object of the cache, or of a remote, that nothing refers to. Immutable.</summary>
public sealed record GarbageObject
{
    /// <summary>Gets the name of the remote that holds it; null: the cache.</summary>
    public string? Remote { get; init; }

    /// <summary>Gets its absolute path in the cache, or its name in the remote.</summary>
    public required string Path { get; init; }

    /// <summary>Gets its bytes.</summary>
    public required long Size { get; init; }

    /// <summary>Gets whether it lies where DVC 2.x put objects.</summary>
    public required bool IsLegacy { get; init; }
}
