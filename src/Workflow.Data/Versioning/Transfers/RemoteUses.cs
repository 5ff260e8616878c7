using Workflow.Data.Versioning.Metafiles;
using Workflow.Data.Versioning.Objects;
using Workflow.Data.Versioning.Revisions;

namespace Workflow.Data.Versioning.Transfers;

/// <summary>What repositories refer to, by the remote that is to have it. Remotes are told apart by where they are, not by name. Not thread-safe.</summary>
internal sealed class RemoteUses
{
    private readonly RemoteSet _remotes;
    private readonly string? _asked;
    private readonly Dictionary<string, (ObjectRemote Remote, HashSet<ObjectId> Objects)> _byLocation = new(StringComparer.Ordinal);

    /// <param name="remotes">Of the repository whose garbage is collected.</param>
    /// <param name="asked">The remote of outputs that name none; null: the default.</param>
    /// <exception cref="DvcException">There is no such remote.</exception>
    public RemoteUses(RemoteSet remotes, string? asked)
    {
        (_remotes, _asked) = (remotes, asked);
        _ = Of(name: null);
    }

    /// <summary>Gets each remote with what it is to have; that of outputs that name none is among them in any case.</summary>
    public IEnumerable<(ObjectRemote Remote, HashSet<ObjectId> Objects)> All => _byLocation.Values;

    /// <summary>Gets what counts as used wherever it is: what is pinned or imported, and what other repositories keep in remotes of their own.</summary>
    public HashSet<ObjectId> Everywhere { get; } = [];

    /// <summary>Splits outputs by remote; without one: those of <see cref="Everywhere"/>.</summary>
    /// <param name="outputs">Of one repository.</param>
    /// <param name="isOther">Whether that is another one, whose names of remotes mean something else.</param>
    public IEnumerable<(ObjectRemote? Remote, IReadOnlyCollection<TrackedOutput> Outputs)> Split(IEnumerable<TrackedOutput> outputs, bool isOther) => outputs
        .GroupBy(o => o.IsRepositoryImport || (isOther && o.RemoteName is not null) ? null : Of(o.RemoteName).Remote)
        .Select(static g => (g.Key, (IReadOnlyCollection<TrackedOutput>)[.. g]));

    public void Add(ObjectRemote? remote, UsedObjects used) => (remote is null ? Everywhere : _byLocation[remote.Store.Location].Objects).UnionWith(used.All);

    private (ObjectRemote Remote, HashSet<ObjectId> Objects) Of(string? name)
    {
        var remote = _remotes.Get(name ?? _asked);
        if (!_byLocation.TryGetValue(remote.Store.Location, out var uses))
        {
            _byLocation[remote.Store.Location] = uses = (remote, []);
        }

        return uses;
    }
}
