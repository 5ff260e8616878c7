using Workflow.Data.Lineage;
using Workflow.Data.Storage;

namespace Workflow.Data.Registry;

/// <summary>A registry with what belongs to it. Immutable.</summary>
/// <param name="Registry">The registry.</param>
/// <param name="Objects">The store that holds its artifacts.</param>
/// <param name="Lineage">Its lineage; null leaves lineage alone.</param>
public sealed record RegistryPlace(ModelRegistry Registry, IObjectStore Objects, LineageStore? Lineage = null);
