using System.Collections.Immutable;
using Workflow.Data.Versioning.Objects;

namespace Workflow.Data.Versioning.Transfers;

/// <summary>Finds and removes what nothing refers to in one remote. What is no object of DVC is left alone, runs too.</summary>
internal sealed class RemoteGarbage(ObjectRemote remote, TimeProvider timeProvider)
{
    private const int Batch = 1000;

    /// <summary>Finds it: lists of files first, then files.</summary>
    /// <param name="used">What stays.</param>
    /// <param name="gracePeriod">How long anything stays after it was pushed.</param>
    /// <param name="cancellationToken">Observed between objects.</param>
    public async Task<(ImmutableArray<GarbageObject> Garbage, int Young)> FindAsync(IReadOnlySet<ObjectId> used, TimeSpan gracePeriod, CancellationToken cancellationToken)
    {
        var now = timeProvider.GetUtcNow();
        var lists = ImmutableArray.CreateBuilder<GarbageObject>();
        var files = ImmutableArray.CreateBuilder<GarbageObject>();
        var young = 0;
        await foreach (var blob in remote.Store.ListAsync("", cancellationToken).ConfigureAwait(false))
        {
            if ((ObjectRemote.ObjectOf(blob.Name, isLegacy: false) ?? ObjectRemote.ObjectOf(blob.Name, isLegacy: true)) is not { } id || used.Contains(id))
            {
                continue;
            }

            if (gracePeriod > TimeSpan.Zero && now - blob.LastModified < gracePeriod)
            {
                young++;
                continue;
            }

            (id.IsFolder ? lists : files).Add(new GarbageObject { Remote = remote.Name, Path = blob.Name, Size = blob.Length, IsLegacy = id.IsLegacy });
        }

        lists.AddRange(files);
        return (lists.ToImmutable(), young);
    }

    /// <summary>Removes it, in that order: whoever is stopped has removed no file that a list still names.</summary>
    public async Task RemoveAsync(ImmutableArray<GarbageObject> garbage, Action<string>? stepReached, CancellationToken cancellationToken)
    {
        var split = garbage.Count(static g => g.Path.EndsWith(DirectoryObject.Suffix, StringComparison.Ordinal));
        foreach (var batch in garbage.Take(split).Chunk(Batch).Concat(garbage.Skip(split).Chunk(Batch)))
        {
            await remote.Store.DeleteAsync([.. batch.Select(static g => g.Path)], cancellationToken).ConfigureAwait(false);
            stepReached?.Invoke("removed remotely");
        }

        // A chunk store has given up names only: what they held goes when its grace period has passed.
        await remote.RemoveAsync([], cancellationToken).ConfigureAwait(false);
    }
}
