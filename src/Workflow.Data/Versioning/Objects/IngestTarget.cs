namespace Workflow.Data.Versioning.Objects;

/// <summary>Where the objects of hashed files go.</summary>
/// <param name="Cache">The cache.</param>
/// <param name="Staging">Where objects that it lacks are written.</param>
/// <param name="UsesClones">Whether <c>reflink</c> is among the configured link types.</param>
internal sealed record IngestTarget(ObjectCache Cache, ObjectStaging Staging, bool UsesClones);
