namespace Workflow.Data.Versioning.Objects;

/// <summary>A file where objects of a cache lie.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Id">The object; null when the name is none of an object.</param>
/// <param name="IsLegacy">Whether it lies where DVC 2.x put objects.</param>
internal readonly record struct CachedFile(string Path, ObjectId? Id, bool IsLegacy);
