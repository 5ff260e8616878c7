using Workflow.Data.Versioning.Metafiles;
using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning.Transfers;

/// <summary>An output to transfer, whole or in part.</summary>
/// <param name="Output">The output; it has an id.</param>
/// <param name="Inside">The path in it that is wanted; null: all of it.</param>
internal sealed record NeededOutput(TrackedOutput Output, string? Inside)
{
    public ObjectId Id { get; } = ObjectId.TryParse(Output.Id ?? "", Output.IsLegacy, out var id)
        ? id
        : throw new ArgumentException($"'{Output.Path}' has no id of an object.", nameof(Output));

    public bool Wants(string path) => Inside is null || path == Inside || RepositoryPath.IsInside(path, Inside);
}
