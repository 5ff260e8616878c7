using System.Collections.Immutable;
using Workflow.Data.Versioning.Metafiles;
using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning.Revisions;

/// <summary>
/// What a repository refers to over a scope of revisions: the one answer that collecting garbage, looking for damage and pushing
/// history work with. Made by <see cref="UsedObjectCollector"/>. Immutable.
/// </summary>
internal sealed class UsedObjects
{
    /// <summary>Gets the outputs, distinct by path, content and where they are recorded.</summary>
    public required ImmutableArray<TrackedOutput> Outputs { get; init; }

    /// <summary>Gets every object: single files, lists of files, and the files in the lists.</summary>
    public required IReadOnlySet<ObjectId> All { get; init; }

    /// <summary>Gets the lists of files that are neither in the cache nor in a default remote that is a local folder; their files are not in <see cref="All"/>.</summary>
    public required ImmutableArray<ObjectId> MissingLists { get; init; }

    /// <summary>Gets what is wrong with lists of files that are there: each with its id. Their files are not in <see cref="All"/>.</summary>
    public required ImmutableArray<string> DamagedLists { get; init; }
}
